-- One row per plan of the town or of a village in it, in force at period end; numerator 1 when the last check in every direction
-- found it linked with a plan that is named. A plan that nobody checked is not linked.
with plans as ({{ plans_in_force() }}),

checked as ({{ last_link_checks() }}),

judged as (
    select
        plans.district_code,
        plans.town_id,
        plans.period,
        plans.plan_no,
        min(case when checked.is_linked then 1 else 0 end) as is_linked,
        max(checked.checked_date) as checked_date,
        coalesce(min(checked.landing_ref), plans.landing_ref) as landing_ref
    from plans
    left join checked
        on plans.district_code = checked.district_code
        and plans.plan_no = checked.plan_no
        and plans.period = checked.period
    group by plans.district_code, plans.town_id, plans.period, plans.plan_no, plans.landing_ref
)

select
{{ evidence('G104', 'town_id', 'plan', 'plan_no', 'is_linked', '1', 'checked_date') }}
from judged
