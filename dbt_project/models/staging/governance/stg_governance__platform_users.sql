-- One row per user: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__platform_users', ['user_no']) }}
)

select
    district_code,
    user_no,
    user_level_word,
    town_code,
    town_name,
    town_read_how,
    village_code,
    is_single_sign_on,
    issued_date,
    last_login_at,
    {{ as_sent('last_login_at') }} as last_login_at_text,
    landing_ref
from landed
