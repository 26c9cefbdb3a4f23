-- One row per enterprise number x month: the newest accepted version of monthly self-reports.
with rows_in as ({{ newest_accepted('firms__monthly_reports', ['enterprise_no', 'report_month']) }})

select
    district_code,
    enterprise_no,
    report_month,
    submitted_at,
    item_due_count,
    item_filled_count,
    open_hazard_count,
    controlled_risk_count,
    control_word,
    is_declared_true,
    updated_at,
    landing_ref
from rows_in
