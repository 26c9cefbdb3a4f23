-- One row per drill x party: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__drill_parties', ['party_no']) }}
)

select
    district_code,
    party_no,
    drill_no,
    dept_code,
    team_no,
    people_count,
    is_on_time,
    landing_ref
from landed
