-- One row per drill number: the newest accepted version of drills.
with rows_in as ({{ newest_accepted('firms__drills', ['drill_no']) }})

select
    district_code,
    drill_no,
    enterprise_no,
    drilled_date,
    kind_word,
    scenario,
    participant_count,
    {{ as_sent('participant_count') }} as participant_count_text,
    participant_count_read_how,
    finding_count,
    fixed_count,
    is_reported,
    updated_at,
    landing_ref
from rows_in
