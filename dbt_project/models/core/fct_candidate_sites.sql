-- One row per judged case of the rescue circle x candidate site, best first: whom a new station there would bring into the circle, and the
-- grid that lies nearest. For the last period.
with sites as (select * from {{ source('linkage', 'circle__sites') }}),

grids as (
    select *
    from {{ ref('dim_places') }}
    where place_kind = 'grid' and lon is not null and lat is not null
),

-- of the nearest grids the first by its number: distances are of metres, on a plane
nearest as (
    select
        sites.period, sites.scenario_code, sites.event_code, sites.site_rank,
        min_by(grids.place_id, {{ metres_between('cast(sites.lon as double)', 'cast(sites.lat as double)', 'cast(grids.lon as double)', 'cast(grids.lat as double)') }}) as place_id
    from sites
    cross join grids
    group by sites.period, sites.scenario_code, sites.event_code, sites.site_rank
)

select
    cast('{{ var("district_code") }}' as string) as district_code,
    sites.period,
    sites.scenario_code,
    sites.event_code,
    sites.site_rank,
    nearest.place_id as near_place_id,
    grids.place_name as near_place_name,
    grids.town_id,
    cast(sites.people_alone as bigint) as alone_count,
    cast(sites.people_further as bigint) as further_count,
    sites.lon,
    sites.lat,
    grids.landing_ref
from sites
left join nearest
    on sites.period = nearest.period
    and sites.scenario_code = nearest.scenario_code
    and sites.event_code = nearest.event_code
    and sites.site_rank = nearest.site_rank
left join grids on nearest.place_id = grids.place_id
