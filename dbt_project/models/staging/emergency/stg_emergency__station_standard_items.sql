-- One row per station x item: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__station_standard_items', ['item_no']) }}
)

select
    district_code,
    item_no,
    station_no,
    item_group_word,
    item_code,
    item_name,
    area_m2,
    evidence_count,
    is_accepted,
    accepted_date,
    {{ as_sent('accepted_date') }} as accepted_date_text,
    is_content_confirmed,
    landing_ref
from landed
