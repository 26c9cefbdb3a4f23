-- One row per risk point registered by period end and per hazard found in the period; numerator 1 when its point lies in the
-- district as sent, in the reference system its table declares. A point that had to be turned round or moved is on no map.
with points as (select * from {{ ref('fct_risk_points') }} where town_id is not null),

hazards as ({{ rows_of_periods('fct_hazards', 'found_at') }}),

periods as (select * from {{ ref('dim_periods') }}),

places as (
    select
        district_code,
        landing_ref,
        max(case when verdict in ('named', 'resolved') and read_how is null then 1 else 0 end) as is_usable
    from {{ ref('fct_point_divisions') }}
    where table_name in ('risk_points', 'hazards')
    group by district_code, landing_ref
),

objects as (
    select points.district_code, points.town_id, periods.period, 'risk_point' as kind, points.point_no as object_id, points.landing_ref
    from points
    inner join periods
        on points.district_code = periods.district_code
        and points.registered_date <= periods.end_date
    union all
    select district_code, town_id, period, 'hazard' as kind, hazard_id, landing_ref
    from hazards
),

judged as (
    select objects.*, coalesce(places.is_usable, 0) as is_usable
    from objects
    left join places
        on objects.district_code = places.district_code
        and objects.landing_ref = places.landing_ref
)

select
{{ evidence('C102', 'town_id', 'place', "kind || ':' || object_id", 'is_usable', '1') }}
from judged
