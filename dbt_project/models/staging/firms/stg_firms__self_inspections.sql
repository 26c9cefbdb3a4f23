-- One row per self-inspection number: the newest accepted version of self-inspections.
with rows_in as ({{ newest_accepted('firms__self_inspections', ['inspection_no']) }})

select
    district_code,
    inspection_no,
    enterprise_no,
    inspected_date,
    item_count,
    hazard_count,
    is_zero_report,
    updated_at,
    landing_ref
from rows_in
