-- One row per patrol: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__patrols', ['patrol_no']) }}
)

select
    district_code,
    patrol_no,
    grid_code,
    worker_no,
    mode_word,
    sector_word,
    started_at,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    track_points_count,
    found_count,
    is_valid,
    uploaded_at,
    landing_ref
from landed
