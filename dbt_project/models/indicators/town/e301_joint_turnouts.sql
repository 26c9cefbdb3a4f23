-- One row per incident in the town to which a fire team or a station's squad was first sent in the period; numerator 1 when
-- both were.
with turnouts as (select * from {{ ref('fct_turnouts') }} where town_id is not null and force_code in ('fire', 'station')),

periods as (select * from {{ ref('dim_periods') }}),

incidents as (
    select
        district_code,
        town_id,
        incident_no,
        case when count(distinct force_code) = 2 then 1 else 0 end as is_joint,
        min(called_at) as called_at,
        min(landing_ref) as landing_ref
    from turnouts
    group by district_code, town_id, incident_no
),

due as (
    select incidents.*, periods.period
    from incidents
    inner join periods
        on incidents.district_code = periods.district_code
        and incidents.called_at >= periods.start_at
        and incidents.called_at < periods.end_before_at
)

select
{{ evidence('E301', 'town_id', 'bureau_incident', 'incident_no', 'is_joint', '1', 'called_at') }}
from due
