-- One row per signal x recipient: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__warning_deliveries', ['delivery_no']) }}
)

select
    district_code,
    delivery_no,
    signal_no,
    recipient_no,
    recipient_kind_word,
    town_code,
    town_name,
    village_code,
    channel_word,
    sent_at,
    acked_at,
    {{ as_sent('acked_at') }} as acked_at_text,
    target_count,
    delivered_count,
    updated_at,
    landing_ref
from landed
