-- One row per signal: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__warning_signals', ['signal_no']) }}
)

select
    district_code,
    signal_no,
    kind_word,
    colour_word,
    issuer_name,
    area_word,
    town_count,
    replaces_no,
    issued_at,
    lifted_at,
    {{ as_sent('lifted_at') }} as lifted_at_text,
    content_text,
    updated_at,
    landing_ref
from landed
