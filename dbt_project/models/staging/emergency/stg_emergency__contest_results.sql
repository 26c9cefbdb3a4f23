-- One row per result of a contest: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__contest_results', ['result_no']) }}
)

select
    district_code,
    result_no,
    contest_name,
    level_word,
    held_date,
    town_code,
    town_name,
    town_read_how,
    team_no,
    person_no,
    rank_count,
    award_word,
    landing_ref
from landed
