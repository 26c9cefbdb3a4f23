-- One row per terminal: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__terminals', ['terminal_no']) }}
)

select
    district_code,
    terminal_no,
    terminal_kind_word,
    town_code,
    town_name,
    village_code,
    status_word,
    installed_date,
    {{ as_sent('installed_date') }} as installed_date_text,
    last_online_at,
    {{ as_sent('last_online_at') }} as last_online_at_text,
    landing_ref
from landed
