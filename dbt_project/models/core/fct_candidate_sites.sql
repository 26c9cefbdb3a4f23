-- One row per judged case of the rescue circle x candidate site, best first: whom a new station there would bring into the circle, the grids
-- and key firms these are, and the grid that lies nearest. For the last period.
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
),

points as (select * from {{ source('linkage', 'circle__site_points') }}),

covered as (
    select
        points.period, points.scenario_code, points.event_code, points.site_rank,
        {{ join_text('places.place_id', ',', 'places.place_id') }} as place_ids
    from points
    inner join {{ ref('dim_places') }} as places
        on points.point_id = {{ point_id('places.lon', 'places.lat') }}
        and (places.place_kind = 'grid' or (places.place_kind = 'firm' and places.is_key))
    group by points.period, points.scenario_code, points.event_code, points.site_rank
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
    coalesce(covered.place_ids, '') as place_ids,
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
left join covered
    on sites.period = covered.period
    and sites.scenario_code = covered.scenario_code
    and sites.event_code = covered.event_code
    and sites.site_rank = covered.site_rank
