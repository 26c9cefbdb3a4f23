-- One row per plan of a village on the four platforms, with the village of today and whether it names people, duties and flow.
with plans as (select * from {{ ref('stg_governance__village_plans') }}),

villages as ({{ villages_by_code() }})

select
    plans.district_code,
    plans.plan_no,
    villages.division_id as village_id,
    plans.page_count,
    coalesce(plans.named_person_count > 0 and plans.has_duties and plans.has_flow, false) as is_complete,
    plans.approved_date,
    plans.landing_ref
from plans
left join villages on plans.village_code = villages.division_code
