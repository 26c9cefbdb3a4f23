-- ST-04: one row per full-time person on the list, in quota or auxiliary; counts once, at one unit.
with staff as (select * from {{ ref('int_station_staff') }})

select
    staff.district_code,
    'ST-04' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when staff.is_counted then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    staff.landing_ref as landing_ref
from staff
where staff.is_full_time
