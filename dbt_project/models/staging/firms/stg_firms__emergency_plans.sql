-- One row per plan number: the newest accepted version of emergency plans.
with rows_in as ({{ newest_accepted('firms__emergency_plans', ['plan_no']) }})

select
    district_code,
    plan_no,
    enterprise_no,
    kind_word,
    plan_name,
    issued_date,
    filed_no,
    filed_date,
    revised_date,
    is_linked,
    landing_ref
from rows_in
