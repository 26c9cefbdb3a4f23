-- One row per transfer: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__transfer_cases', ['transfer_no']) }}
)

select
    district_code,
    transfer_no,
    case_no,
    firm_no,
    approved_date,
    sent_date,
    {{ as_sent('sent_date') }} as sent_date_text,
    has_letter,
    has_report,
    has_goods_list,
    has_expert_opinion,
    has_other,
    receipt_no,
    result_word,
    result_date,
    {{ as_sent('result_date') }} as result_date_text,
    landing_ref
from landed
