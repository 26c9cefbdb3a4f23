-- One row per station: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__stations', ['station_no']) }}
)

select
    district_code,
    station_no,
    unit_no,
    station_name,
    town_code,
    town_name,
    town_read_how,
    is_separate_body,
    is_entity,
    quota_headcount,
    full_time_required_count,
    part_time_required_count,
    opened_date,
    standardised_date,
    {{ as_sent('standardised_date') }} as standardised_date_text,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    landing_ref
from landed
