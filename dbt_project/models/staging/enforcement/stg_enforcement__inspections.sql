-- One row per inspection: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__inspections', ['inspection_no']) }}
)

select
    district_code,
    inspection_no,
    plan_no,
    firm_no,
    town_code,
    town_name,
    inspected_at,
    {{ as_sent('inspected_at') }} as inspected_at_text,
    officer_1_cert_no,
    officer_2_cert_no,
    result_word,
    landing_ref
from landed
