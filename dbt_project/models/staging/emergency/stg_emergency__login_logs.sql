-- One row per login: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__login_logs', ['log_no']) }}
)

select
    district_code,
    log_no,
    account_no,
    module_no,
    client_word,
    logged_in_at,
    logged_out_at,
    {{ as_sent('logged_out_at') }} as logged_out_at_text,
    landing_ref
from landed
