-- One row per record of a firm's principal or safety officer x period in which the appointment stands.
with officers as (select * from {{ ref('stg_enforcement__safety_officers') }}),

persons as (select * from {{ ref('map_person_records') }}),

firms as (select * from {{ ref('map_enterprises_enforcement') }}),

periods as (select * from {{ ref('dim_periods') }}),

roles as (select * from {{ ref('ref_safety_role_words') }}),

certificates as (select * from {{ ref('fct_certificates') }} where holder_kind = 'safety_officer')

select
    officers.district_code,
    officers.record_no,
    periods.period,
    firms.enterprise_id,
    coalesce(persons.person_id, {{ person_id_of('officers.person_hash', 'officers.name_phone_key') }}) as person_id,
    officers.person_name_mask,
    officers.role_word,
    coalesce(roles.role_code, 'other') as role_code,
    coalesce(certificates.cert_status, 'none') as cert_status,
    coalesce(roles.is_safety_officer, false) as is_safety_officer,
    coalesce(roles.is_full_time, false) as is_full_time,
    coalesce(certificates.is_valid, false) as is_certificate_valid,
    officers.appointed_date,
    certificates.next_date,
    officers.landing_ref
from officers
inner join firms on officers.firm_no = firms.firm_no
left join persons
    on officers.district_code = persons.district_code
    and {{ record_id_of('enforcement', 'safety_officers', ['record_no'], 'officers') }} = persons.record_id
inner join periods
    on officers.district_code = periods.district_code
    and (officers.appointed_date is null or officers.appointed_date <= periods.end_date)
left join roles on officers.role_word = roles.role_word
left join certificates
    on periods.period = certificates.period
    and {{ digest("'safety|' || officers.record_no") }} = certificates.certificate_id
