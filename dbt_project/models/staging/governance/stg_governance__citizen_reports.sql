-- One row per report of a citizen: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__citizen_reports', ['report_no']) }}
)

select
    district_code,
    report_no,
    channel_word,
    subject_word,
    town_code,
    town_name,
    town_read_how,
    firm_name,
    firm_name_key,
    reported_at,
    answered_at,
    {{ as_sent('answered_at') }} as answered_at_text,
    is_verified,
    reward_yuan,
    landing_ref
from landed
