-- One row per certificate x period: its status on the last day of the period, computed, never typed (DOMAIN 3c).
-- A certificate issued after the period is not there yet.
with certificates as (select * from {{ ref('fct_certificate_records') }}),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        certificates.*,
        periods.period,
        periods.end_date,
        {{ certificate_status('certificates', 'periods.end_date') }} as cert_status,
        {{ certificate_review_due('certificates', 'periods.end_date') }} as review_due_date
    from certificates
    inner join periods on certificates.district_code = periods.district_code
)

select
    district_code,
    certificate_id,
    period,
    holder_kind,
    person_id,
    town_id,
    town_match,
    town_name,
    enterprise_id,
    cert_type_code,
    cert_type_word,
    {{ certificate_columns() }},
    revoked_date,
    landing_ref
from judged
where cert_status <> 'not_issued'
