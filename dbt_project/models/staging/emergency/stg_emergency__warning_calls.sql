-- One row per warning x recipient: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__warning_calls', ['call_no']) }}
)

select
    district_code,
    call_no,
    warning_no,
    warning_kind_word,
    colour_word,
    warning_issued_at,
    recipient_type_word,
    town_code,
    town_name,
    town_read_how,
    village_code,
    dept_code,
    channel_word,
    called_at,
    acked_at,
    {{ as_sent('acked_at') }} as acked_at_text,
    target_count,
    delivered_count,
    updated_at,
    landing_ref
from landed
