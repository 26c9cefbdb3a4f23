-- One row per firm on the list: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__blacklist', ['list_no']) }}
)

select
    district_code,
    list_no,
    firm_no,
    firm_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    reason_word,
    case_no,
    listed_date,
    until_date,
    {{ as_sent('until_date') }} as until_date_text,
    published_date,
    {{ as_sent('published_date') }} as published_date_text,
    landing_ref
from landed
