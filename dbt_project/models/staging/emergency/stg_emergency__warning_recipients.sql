-- One row per warning kind x colour x recipient: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__warning_recipients', ['matrix_no']) }}
)

select
    district_code,
    matrix_no,
    warning_kind_word,
    colour_word,
    recipient_type_word,
    channel_word,
    ack_limit_minutes,
    valid_from_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from landed
