-- One row per record of a firm's special operator x period, with the status of the certificate at period end.
with operators as (select * from {{ ref('stg_enforcement__special_operators') }}),

persons as (select * from {{ ref('map_person_records') }}),

firms as (select * from {{ ref('map_enterprises_enforcement') }}),

periods as (select * from {{ ref('dim_periods') }}),

certificates as (select * from {{ ref('fct_certificates') }} where holder_kind = 'special_operator')

select
    operators.district_code,
    operators.record_no,
    periods.period,
    firms.enterprise_id,
    coalesce(persons.person_id, {{ person_id_of('operators.person_hash', 'operators.name_phone_key') }}) as person_id,
    operators.person_name_mask,
    operators.work_word,
    operators.cert_no_mask,
    certificates.cert_status,
    certificates.is_valid as is_certificate_valid,
    -- void: the register itself shows that nothing valid is held. A number or date that cannot be verified, or a number
    -- that is another's, counts for nothing but proves nothing; nor does a review made early in these six years, whose
    -- next date then falls shortly before the end. No veto on either.
    certificates.cert_status in ('none', 'expired', 'revoked')
    or (certificates.cert_status = 'review_overdue' and coalesce(operators.reviewed_date > periods.end_date, true)) as is_void,
    certificates.valid_to_date,
    certificates.review_due_date,
    certificates.next_date,
    operators.landing_ref
from operators
inner join firms on operators.firm_no = firms.firm_no
left join persons
    on operators.district_code = persons.district_code
    and {{ record_id_of('enforcement', 'special_operators', ['record_no'], 'operators') }} = persons.record_id
inner join periods on operators.district_code = periods.district_code
-- a certificate issued after the period: the record shows work from then on, not before
inner join certificates
    on periods.period = certificates.period
    and {{ digest("'special|' || operators.record_no") }} = certificates.certificate_id
