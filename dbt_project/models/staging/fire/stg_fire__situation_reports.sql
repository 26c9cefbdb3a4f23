-- One row per situation report: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__situation_reports', ['report_no']) }}
)

select
    district_code,
    report_no,
    period_name,
    conclusion_text,
    fire_count,
    issued_date,
    landing_ref
from landed
