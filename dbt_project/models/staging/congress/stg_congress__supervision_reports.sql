-- One row per report: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__supervision_reports', ['report_no']) }})

select
    district_code,
    report_no,
    report_title,
    kind_word,
    issuing_org_name,
    subject_org_names,
    issued_date,
    progress_due_date,
    progress_reported_date,
    recommendation_count,
    landing_ref
from rows_in
