-- One row per town and survey wave: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__satisfaction_surveys', ['town_name', 'wave_no']) }})

select
    district_code,
    wave_no,
    town_name,
    surveyed_date,
    method_word,
    sample_count,
    sample_count_read_how,
    safety_pct,
    awareness_pct,
    happiness_pct,
    town_read_how,
    landing_ref
from rows_in
