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
    place,
    lon,
    lat,
    occurred_at,
    received_at,
    channel_word,
    death_count,
    injured_count,
    loss_wan,
    status_word,
    updated_at,
    landing_ref
from landed
