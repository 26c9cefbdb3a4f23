-- One row per policy parameter: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__policy_parameters', ['parameter_no']) }}
)

select
    district_code,
    parameter_no,
    stage_word,
    parameter_name,
    parameter_value,
    basis_name,
    valid_from_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from landed
