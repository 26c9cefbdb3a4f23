-- One row per incident: the newest accepted version of what police sent.
with landed as (
    {{ newest_accepted('police__incidents', ['incident_no']) }}
)

select
    district_code,
    incident_no,
    incident_type as type_word,
    town_code,
    town_name,
    address,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    alarm_at,
    {{ as_sent('alarm_at') }} as alarm_at_text,
    dispatch_at,
    arrive_at,
    {{ as_sent('arrive_at') }} as arrive_at_text,
    close_at,
    first_team,
    caller_phone as caller_phone_hash,
    caller_phone_mask,
    updated_at,
    landing_ref
from landed
