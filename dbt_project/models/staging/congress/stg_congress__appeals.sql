-- One row per appeal: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__appeals', ['appeal_no']) }})

select
    district_code,
    appeal_no,
    period,
    unit_name,
    indicator_code,
    reason_text,
    filed_date,
    decided_date,
    decided_by,
    decision_word,
    corrected_points,
    landing_ref
from rows_in
