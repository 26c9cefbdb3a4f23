-- One row per service point: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__service_points', ['point_no']) }}
)

select
    district_code,
    point_no,
    point_name,
    village_code,
    town_code,
    town_name,
    town_read_how,
    services_text,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    opened_date,
    {{ as_sent('opened_date') }} as opened_date_text,
    landing_ref
from landed
