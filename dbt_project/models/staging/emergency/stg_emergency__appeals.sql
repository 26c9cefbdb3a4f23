-- One row per appeal: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__appeals', ['appeal_no']) }}
)

select
    district_code,
    appeal_no,
    unit_type_word,
    town_code,
    town_name,
    town_read_how,
    dept_code,
    indicator_code,
    period_name,
    filed_date,
    decided_date,
    {{ as_sent('decided_date') }} as decided_date_text,
    result_word,
    landing_ref
from landed
