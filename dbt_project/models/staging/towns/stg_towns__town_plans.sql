-- One row per plan version: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__town_plans', ['period', 'plan_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    plan_no,
    plan_name,
    event_word,
    risk_text,
    version_no,
    approved_date,
    valid_to_date,
    upper_plan_no,
    page_count,
    town_read_how,
    landing_ref
from rows_in
