-- One row per team of a village: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__village_teams', ['team_no']) }}
)

select
    district_code,
    team_no,
    team_name,
    team_kind_word,
    village_code,
    town_code,
    town_name,
    town_read_how,
    member_count,
    has_kit,
    drilled_date,
    {{ as_sent('drilled_date') }} as drilled_date_text,
    formed_date,
    {{ as_sent('formed_date') }} as formed_date_text,
    landing_ref
from landed
