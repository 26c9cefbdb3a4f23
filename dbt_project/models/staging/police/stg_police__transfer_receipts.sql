-- One row per receipt: the newest accepted version of what the police sent.
with landed as (
    {{ newest_accepted('police__transfer_receipts', ['receipt_no']) }}
)

select
    district_code,
    receipt_no,
    case_no,
    firm_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    received_at,
    document_count,
    reviewed_at,
    {{ as_sent('reviewed_at') }} as reviewed_at_text,
    result_word,
    police_case_no,
    objection_at,
    {{ as_sent('objection_at') }} as objection_at_text,
    updated_at,
    landing_ref
from landed
