-- One row per closure: the newest accepted version of what the traffic bureau sent.
with landed as (
    {{ newest_accepted('traffic__road_closures', ['closure_no']) }}
)

select
    district_code,
    closure_no,
    segment_no,
    road_name,
    town_code,
    town_name,
    reason_word,
    closed_at,
    reopened_at,
    {{ as_sent('reopened_at') }} as reopened_at_text,
    is_full_closure,
    geometry_wkt,
    landing_ref
from landed
