-- ST-01: one row per person in the post of head; counts with full-time employment and valid appointment training.
with staff as (select * from {{ ref('int_station_staff') }}),

certificates as (
    select * from {{ ref('int_person_certificates') }} where cert_type_code = 'head'
)

select
    staff.district_code,
    'ST-01' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when staff.is_full_time and coalesce(certificates.is_valid, false) then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    coalesce(certificates.landing_ref, staff.landing_ref) as landing_ref
from staff
left join certificates
    on staff.period = certificates.period
    and staff.person_id = certificates.person_id
where staff.post_code = 'head' and staff.is_counted
