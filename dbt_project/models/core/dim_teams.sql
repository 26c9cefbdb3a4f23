-- One row per rescue team of any silo, as linkage found them, each value with the silo and the row that won (method_survivorship).
with things as (
    {{ linked_things('team', [
        ['team_name', 'team_name', 'string'],
        ['class_code', 'class_code', 'string'],
        ['uscc', 'uscc', 'string'],
        ['village_code', 'village_code', 'string'],
        ['town', 'town_id', 'string'],
        ['member_count', 'member_count', 'integer'],
        ['point', 'point', 'decimal(10, 6)'],
    ]) }}
)

select * from things
