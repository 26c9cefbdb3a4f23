-- One row per exemption case: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__exemption_cases', ['case_no']) }}
)

select
    district_code,
    case_no,
    record_no,
    town_code,
    town_name,
    town_read_how,
    basis_name,
    applied_date,
    decided_date,
    {{ as_sent('decided_date') }} as decided_date_text,
    result_word,
    landing_ref
from landed
