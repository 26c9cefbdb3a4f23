-- One row per judged case of the rescue circle x able team: whom it reaches in time, whom it alone reaches, and where it would stand
-- better. For the last period.
with moves as (select * from {{ source('linkage', 'circle__moves') }}),

reach as (select * from {{ source('linkage', 'circle__reach') }}),

teams as (select * from {{ ref('fct_able_teams') }}),

joined as (select * from {{ ref('map_facilities_roads') }}),

places as (
    select
        {{ point_id('lon', 'lat') }} as point_id,
        sum(coalesce(resident_count, 0)) as resident_count,
        sum(case when is_key then 1 else 0 end) as key_firm_count
    from {{ ref('dim_places') }}
    where place_kind in ('grid', 'firm') and lon is not null and lat is not null
    group by 1
),

grids as (
    select
        {{ point_id('lon', 'lat') }} as point_id,
        min_by(place_name, place_id) as place_name
    from {{ ref('dim_places') }}
    where place_kind = 'grid' and lon is not null and lat is not null
    group by 1
),

reached as (
    select
        reach.period, reach.scenario_code, reach.event_code, reach.facility_id,
        cast(sum(places.resident_count) as bigint) as resident_count,
        cast(sum(places.key_firm_count) as bigint) as key_firm_count
    from reach
    inner join places on reach.point_id = places.point_id
    group by reach.period, reach.scenario_code, reach.event_code, reach.facility_id
)

select
    teams.district_code,
    moves.period,
    moves.scenario_code,
    moves.event_code,
    moves.facility_id,
    joined.facility_name,
    teams.class_code,
    joined.town_id,
    joined.snap_status,
    joined.snap_m,
    teams.turnout_seconds,
    coalesce(reached.resident_count, 0) as resident_count,
    coalesce(reached.key_firm_count, 0) as key_firm_count,
    cast(moves.people_only as bigint) as only_resident_count,
    grids.place_name as move_place_name,
    moves.lon as move_lon,
    moves.lat as move_lat,
    cast(moves.people_gained as bigint) as move_gain_count,
    teams.lon,
    teams.lat,
    teams.landing_ref
from moves
inner join teams
    on moves.period = teams.period
    and moves.event_code = teams.event_code
    and moves.facility_id = teams.facility_id
left join joined on teams.district_code = joined.district_code and teams.facility_id = joined.facility_id
left join grids on moves.near_point_id = grids.point_id
left join reached
    on moves.period = reached.period
    and moves.scenario_code = reached.scenario_code
    and moves.event_code = reached.event_code
    and moves.facility_id = reached.facility_id
