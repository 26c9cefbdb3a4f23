-- One row per road segment: the newest accepted version of what the traffic bureau sent.
with landed as (
    {{ newest_accepted('traffic__road_segments', ['segment_no']) }}
)

select
    district_code,
    segment_no,
    road_name,
    road_class_word,
    town_code,
    town_name,
    from_lon,
    from_lat,
    to_lon,
    to_lat,
    length_km,
    free_speed_kmh,
    lane_count,
    is_flood_prone,
    direction_word,
    start_lon,
    start_lat,
    start_read_how,
    end_lon,
    end_lat,
    end_read_how,
    landing_ref
from landed
