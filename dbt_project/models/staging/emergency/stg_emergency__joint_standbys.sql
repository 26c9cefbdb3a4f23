-- One row per standby of a team: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__joint_standbys', ['standby_no']) }}
)

select
    district_code,
    standby_no,
    team_no,
    partner_name,
    reason_word,
    people_count,
    started_at,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    landing_ref
from landed
