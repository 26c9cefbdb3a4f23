-- One row per publicity record: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__publicity_records', ['record_no']) }}
)

select
    district_code,
    record_no,
    town_code,
    town_name,
    town_read_how,
    village_code,
    form_word,
    audience_word,
    audience_count,
    held_date,
    landing_ref
from landed
