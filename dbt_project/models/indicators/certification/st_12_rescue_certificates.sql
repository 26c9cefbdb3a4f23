-- ST-12: one row per person in a rescue post, counting with a valid rescuer certificate of level 5 or higher,
-- and one row per station saying whether one of them holds level 4 or higher.
with staff as (select * from {{ ref('int_station_staff') }}),

certificates as (
    select * from {{ ref('int_person_certificates') }} where cert_type_code = 'rescue'
)

select
    staff.district_code,
    'ST-12' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when coalesce(certificates.is_valid, false) and certificates.level_number <= 5 then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    coalesce(certificates.landing_ref, staff.landing_ref) as landing_ref
from staff
left join certificates
    on staff.period = certificates.period
    and staff.person_id = certificates.person_id
where staff.is_counted and staff.post_code = 'rescue'

union all
select
    staff.district_code,
    'ST-12',
    staff.town_id,
    staff.period,
    'requirement',
    'one_level_4',
    cast(max(case when coalesce(certificates.is_valid, false) and certificates.level_number <= 4 then 1 else 0 end) as decimal(18, 6)),
    cast(1 as decimal(18, 6)),
    cast(null as timestamp),
    min(coalesce(certificates.landing_ref, staff.landing_ref))
from staff
left join certificates
    on staff.period = certificates.period
    and staff.person_id = certificates.person_id
where staff.is_counted and staff.post_code = 'rescue'
group by staff.district_code, staff.town_id, staff.period
