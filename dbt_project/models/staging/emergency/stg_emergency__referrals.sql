-- One row per referral: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__referrals', ['referral_no']) }}
)

select
    district_code,
    referral_no,
    hazard_no,
    town_code,
    town_name,
    town_read_how,
    to_dept_code,
    referred_at,
    accepted_at,
    {{ as_sent('accepted_at') }} as accepted_at_text,
    due_at,
    answered_at,
    {{ as_sent('answered_at') }} as answered_at_text,
    resolved_at,
    {{ as_sent('resolved_at') }} as resolved_at_text,
    result_word,
    landing_ref
from landed
