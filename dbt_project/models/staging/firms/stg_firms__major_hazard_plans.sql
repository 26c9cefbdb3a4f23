-- One row per hazard number: the newest accepted version of major hazard plans.
with rows_in as ({{ newest_accepted('firms__major_hazard_plans', ['hazard_no']) }})

select
    district_code,
    hazard_no,
    enterprise_no,
    planned_date,
    reported_date,
    has_goal,
    has_method,
    has_fund,
    has_people,
    has_deadline,
    has_safety_measure,
    accepted_date,
    published_date,
    landing_ref
from rows_in
