-- One row per village plan: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__village_plans', ['plan_no']) }})

select
    district_code,
    plan_no,
    town_code,
    town_name,
    village_name,
    page_count,
    leader_name_mask,
    leader_phone as leader_phone_hash,
    leader_phone_mask,
    named_person_count,
    has_duties,
    has_flow,
    upper_plan_no,
    revised_date,
    landing_ref
from rows_in
