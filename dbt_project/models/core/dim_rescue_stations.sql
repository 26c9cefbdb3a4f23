-- One row per emergency or fire station, as linkage found them, each value with the silo and the row that won (method_survivorship).
with things as (
    {{ linked_things('station', [
        ['station_name', 'station_name', 'string'],
        ['kind_code', 'kind_code', 'string'],
        ['town', 'town_id', 'string'],
        ['point', 'point', 'decimal(10, 6)'],
    ]) }}
)

select * from things
