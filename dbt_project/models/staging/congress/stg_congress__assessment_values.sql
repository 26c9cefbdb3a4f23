-- One row per indicator, unit and quarter: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__assessment_values', ['period', 'unit_name', 'indicator_code']) }})

select
    district_code,
    period,
    unit_word,
    unit_name,
    indicator_code,
    indicator_value,
    earned_points,
    version_no,
    frozen_at,
    landing_ref
from rows_in
