-- One row per situation report: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__situation_reports', ['report_no']) }}
)

select
    district_code,
    report_no,
    domain_word,
    period_name,
    lead_dept_code,
    joined_dept_count,
    conclusion_text,
    issued_date,
    landing_ref
from landed
