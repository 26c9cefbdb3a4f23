-- ST-03: one row per in-quota person of the station and per holder of an enforcement certificate on its list.
-- Only in-quota people counted here add; auxiliaries, part-timers, leavers and people counted elsewhere never do.
with staff as (select * from {{ ref('int_station_staff') }}),

certificates as (
    select * from {{ ref('int_person_certificates') }} where cert_type_code = 'law'
)

select
    staff.district_code,
    'ST-03' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when staff.is_counted and staff.is_in_quota and coalesce(certificates.is_valid, false) then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    coalesce(certificates.landing_ref, staff.landing_ref) as landing_ref
from staff
left join certificates
    on staff.period = certificates.period
    and staff.person_id = certificates.person_id
where (staff.is_counted and staff.is_in_quota) or certificates.person_id is not null
