-- One row per indicator and year: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__assessment_indicators', ['assessment_year', 'indicator_code']) }})

select
    district_code,
    assessment_year,
    indicator_code,
    indicator_name,
    unit_word,
    weight_points,
    formula_text,
    version_no,
    landing_ref
from rows_in
