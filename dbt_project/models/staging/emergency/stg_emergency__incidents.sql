-- One row per incident: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__incidents', ['incident_no']) }}
)

select
    district_code,
    incident_no,
    title,
    event_type_code,
    level_word,
    town_code,
    town_name,
    town_read_how,
    place,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    occurred_at,
    received_at,
    channel_word,
    death_count,
    injured_count,
    loss_wan,
    status_word,
    status_word_code,
    updated_at,
    landing_ref
from landed
