-- One row per store of emergency goods of any silo, as linkage found them, each value with the silo and the row that won (method_survivorship).
with things as (
    {{ linked_things('store', [
        ['store_name', 'store_name', 'string'],
        ['owner_code', 'owner_code', 'string'],
        ['town', 'town_id', 'string'],
        ['area_m2', 'area_m2', 'decimal(18, 2)'],
        ['point', 'point', 'decimal(10, 6)'],
    ]) }}
)

select * from things
