-- One row per shift: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__standby_rosters', ['roster_no']) }}
)

select
    district_code,
    roster_no,
    team_no,
    shift_start_at,
    shift_end_at,
    people_count,
    partner_name,
    landing_ref
from landed
