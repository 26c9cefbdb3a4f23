-- One row per place where people live or work or a risk lies: villages, grids, firms, risk points, with the village and town they belong
-- to, their people, and a point in WGS-84. located_how: own (its point), grids (mean of its grids), none.
with divisions as (select * from {{ ref('dim_divisions') }} where level_code = 'village' and is_current),

mentions as (select * from {{ ref('fct_division_mentions') }}),

village_rows as (select * from {{ ref('stg_governance__villages') }}),

grid_rows as (select * from {{ ref('stg_governance__grids') }}),

firms as (select * from {{ ref('dim_enterprises') }} where is_active),

risk_rows as (select * from {{ ref('stg_emergency__risk_points') }}),

placed as (
    select
        landing_ref,
        town_id,
        case
            when level_code = 'village' and verdict = 'resolved' then division_code_today
            else cast(null as string)
        end as village_id
    from mentions
    where mention_code = 'columns'
),

addressed as (
    select landing_ref, town_id, village_id
    from mentions
    where mention_code = 'address' and verdict = 'resolved' and level_code = 'village' and today_verdict = 'current'
),

grids as (
    select
        grid_rows.district_code,
        'G' || grid_rows.grid_code as place_id,
        grid_rows.grid_name,
        placed.town_id,
        placed.village_id,
        cast(grid_rows.resident_count as integer) as resident_count,
        cast(grid_rows.household_count as integer) as household_count,
        grid_rows.point_lon as lon,
        grid_rows.point_lat as lat,
        grid_rows.landing_ref
    from grid_rows
    left join placed on grid_rows.landing_ref = placed.landing_ref
),

grid_means as (
    select
        village_id,
        cast(avg(cast(lon as decimal(12, 8))) as decimal(10, 6)) as lon,
        cast(avg(cast(lat as decimal(12, 8))) as decimal(10, 6)) as lat
    from grids
    where village_id is not null and lon is not null
    group by village_id
),

-- what the platform says of a village, where it is certain which one is meant
villages_said as (
    select placed.village_id, village_rows.*
    from village_rows
    inner join placed on village_rows.landing_ref = placed.landing_ref
    where placed.village_id is not null
    qualify row_number() over (partition by placed.village_id order by village_rows.landing_ref desc) = 1
),

places as (
    select
        divisions.district_code,
        'V' || divisions.division_id as place_id,
        'village' as place_kind,
        divisions.name_zh as place_name,
        divisions.town_id,
        divisions.division_id as village_id,
        'grids' as point_source,
        cast(villages_said.resident_count as integer) as resident_count,
        cast(villages_said.household_count as integer) as household_count,
        cast(null as integer) as staff_count,
        cast(null as string) as colour_word,
        cast(null as boolean) as is_key,
        grid_means.lon,
        grid_means.lat,
        villages_said.landing_ref
    from divisions
    left join grid_means on divisions.division_id = grid_means.village_id
    left join villages_said on divisions.division_id = villages_said.village_id
    union all
    select
        district_code, place_id, 'grid', grid_name, town_id, village_id, 'own', resident_count, household_count,
        cast(null as integer), cast(null as string), cast(null as boolean), lon, lat, landing_ref
    from grids
    union all
    select
        firms.district_code, firms.enterprise_id, 'firm', firms.firm_name, firms.town_id,
        -- the village of the address, where it lies in the town that stands
        case
            when addressed.town_id = firms.town_id then addressed.village_id
            else cast(null as string)
        end,
        'own', cast(null as integer), cast(null as integer), cast(firms.staff_count as integer), cast(null as string), firms.is_key,
        firms.lon, firms.lat, firms.landing_ref
    from firms
    left join addressed on coalesce(firms.address_ref, firms.landing_ref) = addressed.landing_ref
    union all
    select
        risk_rows.district_code, 'R' || risk_rows.point_no, 'risk_point', risk_rows.point_name, placed.town_id, placed.village_id,
        'own', cast(null as integer), cast(null as integer), cast(null as integer), risk_rows.colour_word, cast(null as boolean),
        risk_rows.point_lon, risk_rows.point_lat, risk_rows.landing_ref
    from risk_rows
    left join placed on risk_rows.landing_ref = placed.landing_ref
)

select
    district_code,
    place_id,
    place_kind,
    place_name,
    town_id,
    village_id,
    case
        when lon is null then 'none'
        else point_source
    end as located_how,
    resident_count,
    household_count,
    staff_count,
    colour_word,
    is_key,
    lon,
    lat,
    landing_ref
from places
