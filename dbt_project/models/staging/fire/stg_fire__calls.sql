-- One row per call: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__calls', ['call_no']) }}
)

select
    district_code,
    call_no,
    call_kind_word,
    town_code,
    town_name,
    town_read_how,
    place,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    alarm_at,
    dispatched_at,
    {{ as_sent('dispatched_at') }} as dispatched_at_text,
    departed_at,
    {{ as_sent('departed_at') }} as departed_at_text,
    arrived_at,
    {{ as_sent('arrived_at') }} as arrived_at_text,
    controlled_at,
    {{ as_sent('controlled_at') }} as controlled_at_text,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    death_count,
    loss_wan,
    updated_at,
    landing_ref
from landed
