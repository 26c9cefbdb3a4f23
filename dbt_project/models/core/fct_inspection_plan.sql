-- One row per line of the inspection plan.
with plans as (select * from {{ ref('stg_enforcement__inspection_plans') }}),

firms as (select * from {{ ref('map_enterprises_enforcement') }})

select
    plans.district_code,
    'L' || plans.plan_no as inspection_plan_id,
    plans.plan_no,
    firms.enterprise_id,
    plans.firm_no,
    {{ town_id_of('plans') }} as town_id,
    {{ town_match_of('plans') }} as town_match,
    plans.town_name,
    plans.planned_count,
    plans.planned_date,
    plans.landing_ref
from plans
{{ town_joins('plans', 'LOCAL', code=none) }}
left join firms on plans.district_code = firms.district_code and plans.firm_no = firms.firm_no
