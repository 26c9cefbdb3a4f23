-- One row per emergency plan of any silo, as linkage found them, each value with the silo and the row that won (method_survivorship).
with things as (
    {{ linked_things('plan', [
        ['plan_name', 'plan_name', 'string'],
        ['level_code', 'level_code', 'string'],
        ['event_code', 'event_code', 'string'],
        ['version_no', 'version_no', 'string'],
        ['uscc', 'uscc', 'string'],
        ['village_code', 'village_code', 'string'],
        ['town', 'town_id', 'string'],
        ['dept_code', 'dept_code', 'string'],
        ['approved_date', 'approved_date', 'date'],
    ]) }}
)

select * from things
