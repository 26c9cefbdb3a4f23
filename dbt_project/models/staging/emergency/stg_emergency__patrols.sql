-- One row per patrol: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__patrols', ['patrol_no']) }}
)

select
    district_code,
    patrol_no,
    station_no,
    mode_word,
    sector_word,
    village_code,
    started_at,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    people_count,
    found_count,
    updated_at,
    landing_ref
from landed
