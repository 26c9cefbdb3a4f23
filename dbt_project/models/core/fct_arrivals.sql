-- One row per period x scenario x kind of event x grid or firm: who of the able teams comes first, how long it takes from the alarm, and
-- whether that is in time. A place nobody can be sent to by a known way is not in time, whatever the reason.
with places as (select * from {{ ref('dim_places') }} where place_kind in ('grid', 'firm')),

cases as (
    select distinct speeds.district_code, speeds.period, speeds.scenario_code, abilities.event_code
    from {{ ref('fct_road_speeds') }} as speeds
    cross join {{ ref('method_team_abilities') }} as abilities
    where abilities.method_version = '{{ var("method_version") }}'
),

arrivals as (select * from {{ source('linkage', 'circle__arrivals') }}),

faults as (select count(*) as fault_count from {{ source('linkage', 'circle__faults') }})

select
    places.district_code,
    cases.period,
    cases.scenario_code,
    cases.event_code,
    places.place_id,
    places.place_kind,
    places.town_id,
    places.is_key,
    places.resident_count,
    arrivals.facility_id,
    case
        when places.lon is null or places.lat is null then 'no_point'
        when faults.fault_count > 0 then 'no_roads'
        when arrivals.point_id is null then 'no_team'
        when arrivals.arrival_status = 'reached' and arrivals.seconds <= {{ parameter('arrival_minutes') }} * 60 then 'in_time'
        when arrivals.arrival_status = 'reached' then 'late'
        else arrivals.arrival_status
    end as arrival_status,
    arrivals.turnout_seconds,
    arrivals.travel_seconds,
    arrivals.seconds,
    places.lon,
    places.lat,
    places.landing_ref
from places
inner join cases on places.district_code = cases.district_code
cross join faults
left join arrivals
    on cases.period = arrivals.period
    and cases.scenario_code = arrivals.scenario_code
    and cases.event_code = arrivals.event_code
    and {{ point_id('places.lon', 'places.lat') }} = arrivals.point_id
