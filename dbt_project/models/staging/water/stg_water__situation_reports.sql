-- One row per situation report: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__situation_reports', ['report_no']) }}
)

select
    district_code,
    report_no,
    period_name,
    domain_word,
    conclusion_text,
    issued_date,
    landing_ref
from landed
