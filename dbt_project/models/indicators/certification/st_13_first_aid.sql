-- ST-13: one row per person counted at the station; counts with a valid first-aid certificate.
with staff as (select * from {{ ref('int_station_staff') }}),

certificates as (
    select * from {{ ref('int_person_certificates') }} where cert_type_code = 'first_aid'
)

select
    staff.district_code,
    'ST-13' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when coalesce(certificates.is_valid, false) then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    coalesce(certificates.landing_ref, staff.landing_ref) as landing_ref
from staff
left join certificates
    on staff.period = certificates.period
    and staff.person_id = certificates.person_id
where staff.is_counted
