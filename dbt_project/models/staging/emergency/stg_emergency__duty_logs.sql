-- One row per entry of the duty log: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__duty_logs', ['log_no']) }}
)

select
    district_code,
    log_no,
    logged_at,
    town_code,
    town_name,
    town_read_how,
    kind_word,
    log_text,
    landing_ref
from landed
