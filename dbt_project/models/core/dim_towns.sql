-- One row per town of today, with its cohort and profile. The spine of every town score.
with towns as (select * from {{ ref('ref_towns') }}),

divisions as (select * from {{ ref('dim_divisions') }}),

villages as (
    select town_id, cast(count(*) as integer) as village_count
    from divisions
    where level_code = 'village' and is_current
    group by town_id
)

select
    cast('{{ var("district_code") }}' as string) as district_code,
    towns.town_id,
    towns.cohort_code,
    towns.town_name_zh,
    towns.town_name_en,
    towns.cohort_name_zh,
    towns.cohort_name_en,
    towns.seat_status,
    towns.area_status,
    towns.population_status,
    towns.terrain,
    towns.main_risks,
    towns.seat_lon,
    towns.seat_lat,
    towns.area_km2,
    towns.population,
    coalesce(villages.village_count, 0) as village_count,
    towns.geo_point_count,
    towns.flood_unit_count
from towns
left join villages on towns.town_id = villages.town_id
