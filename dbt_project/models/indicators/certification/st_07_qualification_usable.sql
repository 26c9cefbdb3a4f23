-- ST-07: one row per person who passed the exam and holds no enforcement certificate; a qualification about to lapse
-- (180 days) no longer counts, because it must be turned into a certificate now.
with staff as (select * from {{ ref('int_station_staff') }}),

certificates as (
    select * from {{ ref('int_person_certificates') }} where cert_type_code = 'law_qualification'
),

issued as (
    select * from {{ ref('int_person_certificates') }} where cert_type_code = 'law' and cert_status <> 'revoked'
)

select
    staff.district_code,
    'ST-07' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when certificates.cert_status = 'valid' then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    coalesce(certificates.landing_ref, staff.landing_ref) as landing_ref
from staff
left join certificates
    on staff.period = certificates.period
    and staff.person_id = certificates.person_id
left join issued
    on staff.period = issued.period
    and staff.person_id = issued.person_id
where staff.is_counted and certificates.person_id is not null and certificates.cert_status <> 'revoked' and issued.person_id is null
