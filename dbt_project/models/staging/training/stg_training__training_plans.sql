-- One row per plan id: the newest accepted version of training plans.
with rows_in as ({{ newest_accepted('training__training_plans', ['plan_id']) }})

select
    district_code,
    plan_id,
    plan_name,
    kind_word,
    unit_kind_word,
    town_name,
    plan_year,
    planned_count,
    required_hours,
    rotation_months,
    from_date,
    to_date,
    town_read_how,
    landing_ref
from rows_in
