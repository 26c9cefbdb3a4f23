-- One row per shelter: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__shelters', ['shelter_no']) }}
)

select
    district_code,
    shelter_no,
    shelter_name,
    town_code,
    town_name,
    town_read_how,
    village_code,
    capacity_count,
    usable_capacity_count,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    accepted_date,
    {{ as_sent('accepted_date') }} as accepted_date_text,
    checked_date,
    {{ as_sent('checked_date') }} as checked_date_text,
    landing_ref
from landed
