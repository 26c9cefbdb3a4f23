-- One row per self-inspection: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__self_inspections', ['record_no']) }}
)

select
    district_code,
    record_no,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    town_code,
    town_name,
    town_read_how,
    inspected_date,
    is_zero_report,
    hazard_count,
    fixed_count,
    submitted_at,
    landing_ref
from landed
