-- One row per agreement: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__sharing_agreements', ['agreement_no']) }}
)

select
    district_code,
    agreement_no,
    from_dept_code,
    resource_word,
    counterpart_name,
    valid_from_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    used_count,
    landing_ref
from landed
