-- One row per village plan: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__village_plans', ['plan_no']) }})

select
    district_code,
    plan_no,
    town_code,
    town_name,
    village_name,
    village_name_code,
    village_name_read_how,
    page_count,
    {{ person_forms('leader_name') }},
    leader_name_mask,
    leader_phone as leader_phone_hash,
    leader_phone_mask,
    named_person_count,
    has_duties,
    has_flow,
    upper_plan_no,
    revised_date,
    town_read_how,
    landing_ref
from rows_in
