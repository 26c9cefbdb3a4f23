-- One row per emergency plan of any silo, as linkage found them. Each value is from the first silo that says one.
with things as (
    {{ linked_things('plan', ['plan_name', 'level_code', 'event_code', 'version_no', 'uscc', 'village_code', 'town_id', 'dept_code'], ['emergency', 'towns', 'governance', 'firms']) }}
)

select
    district_code,
    plan_id,
    plan_name,
    level_code,
    event_code,
    version_no,
    uscc,
    village_code,
    town_id,
    dept_code,
    silo,
    record_count,
    silo_count,
    landing_ref
from things
