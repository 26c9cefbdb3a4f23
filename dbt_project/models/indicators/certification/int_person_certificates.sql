-- One row per person x certificate type x period: the certificate that helps most, by status, then level, then end.
select
    district_code,
    person_id,
    period,
    cert_type_code,
    certificate_id,
    cert_no_mask,
    cert_status,
    level_number,
    is_valid,
    issued_date,
    valid_to_date,
    review_due_date,
    next_date,
    landing_ref
from {{ ref('fct_certificates') }}
where holder_kind = 'station'
qualify row_number() over (
    partition by district_code, period, person_id, cert_type_code
    order by
        case cert_status
            when 'valid' then 1
            when 'expiring' then 2
            when 'review_overdue' then 3
            when 'expired' then 4
            when 'unverifiable' then 5
            when 'mismatch' then 6
            else 7
        end,
        level_number nulls last,
        next_date desc nulls last,
        certificate_id
) = 1
