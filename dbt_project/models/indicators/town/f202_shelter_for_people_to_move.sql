-- One row per shelter that a road leads to (numerator: people it can take now), per person in need on the first list that came and per
-- geological hazard point (denominator: people to move). A shelter that does not say what it can take, or that no road leads to, takes nobody.
with shelters as (select * from {{ ref('map_facilities_roads') }} where facility_kind = 'shelter' and town_id is not null),

people as (select * from {{ ref('fct_people_helpers') }} where town_id is not null and not is_gone),

hazard_points as (select * from {{ ref('fct_geo_hazard_points') }} where town_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

lists as ({{ first_list_of_people() }}),

counted as (
    select
        shelters.district_code, shelters.town_id, periods.period, 'facility' as entity_kind, shelters.facility_id as entity_id,
        case when shelters.snap_status = 'joined' then coalesce(shelters.capacity_count, 0) else 0 end as capacity_count,
        0 as people_count,
        shelters.landing_ref
    from shelters
    inner join periods on shelters.district_code = periods.district_code
    union all
    select
        people.district_code, people.town_id, periods.period, 'person_in_need',
        {{ digest("people.silo || '|' || people.person_no") }}, 0, 1, people.landing_ref
    from people
    inner join periods on people.district_code = periods.district_code
    inner join lists
        on people.district_code = lists.district_code
        and people.silo = lists.silo
        and periods.period = lists.period
    union all
    select
        hazard_points.district_code, hazard_points.town_id, periods.period, 'geo_hazard_point', hazard_points.point_no, 0,
        coalesce(hazard_points.threatened_people_count, 0), hazard_points.landing_ref
    from hazard_points
    inner join periods
        on hazard_points.district_code = periods.district_code
        and (hazard_points.struck_off_date is null or hazard_points.struck_off_date > periods.end_date)
        and (hazard_points.registered_date is null or hazard_points.registered_date <= periods.end_date)
)

select
    district_code,
    cast('F202' as string) as indicator_code,
    cast(town_id as string) as unit_id,
    cast(period as string) as period,
    cast(entity_kind as string) as entity_type,
    cast(entity_id as string) as entity_id,
    cast(capacity_count as decimal(18, 6)) as numerator,
    cast(people_count as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    cast(landing_ref as string) as landing_ref
from counted
