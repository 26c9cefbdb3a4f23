-- One row per town x wave: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__satisfaction_surveys', ['survey_no']) }}
)

select
    district_code,
    survey_no,
    town_code,
    town_name,
    town_read_how,
    wave_name,
    sample_count,
    safety_pct,
    awareness_pct,
    surveyed_date,
    landing_ref
from landed
