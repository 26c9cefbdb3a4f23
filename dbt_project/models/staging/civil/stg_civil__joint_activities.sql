-- One row per activity number: the newest accepted version of joint drills and duty.
with rows_in as ({{ newest_accepted('civil__joint_activities', ['activity_no']) }})

select
    district_code,
    activity_no,
    team_no,
    kind_word,
    partner_name,
    activity_date,
    participant_count,
    {{ as_sent('participant_count') }} as participant_count_text,
    participant_count_read_how,
    activity_hours,
    updated_at,
    landing_ref
from rows_in
