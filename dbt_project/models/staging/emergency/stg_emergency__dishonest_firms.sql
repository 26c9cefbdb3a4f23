-- One row per entry of the list: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__dishonest_firms', ['record_no']) }}
)

select
    district_code,
    record_no,
    firm_name,
    firm_name_key,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    reason_word,
    listed_date,
    published_date,
    {{ as_sent('published_date') }} as published_date_text,
    removed_date,
    {{ as_sent('removed_date') }} as removed_date_text,
    landing_ref
from landed
