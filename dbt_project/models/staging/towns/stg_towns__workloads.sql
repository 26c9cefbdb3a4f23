-- One row per town and month: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__workloads', ['town_name', 'report_month']) }})

select
    district_code,
    report_month,
    town_code,
    town_name,
    supervised_firm_count,
    supervised_firm_count_read_how,
    key_firm_count,
    check_count,
    hazard_found_count,
    hazard_closed_count,
    event_handled_count,
    duty_day_count,
    meeting_count,
    report_count,
    consultation_count,
    town_read_how,
    landing_ref
from rows_in
