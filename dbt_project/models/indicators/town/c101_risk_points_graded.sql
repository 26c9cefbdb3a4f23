-- One row per risk point registered by period end; numerator 1 when it has a colour, a post that answers for it and an
-- assessment in the twelve months to that day.
with points as (select * from {{ ref('fct_risk_points') }} where town_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

assessed as (
    select district_code, point_no, assessed_date from {{ ref('fct_risk_assessments') }} where assessed_date is not null
    union
    select district_code, point_no, assessed_date from {{ ref('fct_risk_points') }} where assessed_date is not null
),

judged as (
    select
        points.district_code,
        points.town_id,
        periods.period,
        points.point_no,
        max(assessed.assessed_date) as assessed_date,
        points.landing_ref,
        max(case
            when assessed.assessed_date is not null and points.colour_code is not null and points.has_owner then 1
            else 0
        end) as is_graded
    from points
    inner join periods
        on points.district_code = periods.district_code
        and points.registered_date <= periods.end_date
    left join assessed
        on points.district_code = assessed.district_code
        and points.point_no = assessed.point_no
        and assessed.assessed_date <= periods.end_date
        and assessed.assessed_date > {{ add_months('periods.end_date', '-' ~ parameter('risk_reassess_months')) }}
    group by points.district_code, points.town_id, periods.period, points.point_no, points.landing_ref
)

select
{{ evidence('C101', 'town_id', 'risk_point', 'point_no', 'is_graded', '1', 'assessed_date') }}
from judged
