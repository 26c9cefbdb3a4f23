-- One row per risk point: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__risk_points', ['point_no']) }}
)

select
    district_code,
    point_no,
    point_name,
    point_kind_word,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    town_code,
    town_name,
    town_read_how,
    village_code,
    colour_word,
    owner_name,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    crs_word,
    accuracy_m,
    registered_date,
    assessed_date,
    {{ as_sent('assessed_date') }} as assessed_date_text,
    landing_ref
from landed
