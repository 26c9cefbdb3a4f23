-- One row per plan of the town or of a village in it, in force at period end; numerator 1 when it is up to date: approved or revised
-- within three years, and not past the day its list gives for the next revision. A revision after the approval on the list ends
-- that day.
with plans as ({{ plans_in_force() }}),

revisions as (select * from {{ ref('fct_plan_revisions') }}),

newest as (
    select
        plans.district_code,
        plans.town_id,
        plans.period,
        plans.end_date,
        plans.plan_no,
        plans.review_due_date,
        case when plans.approved_date <= plans.end_date then plans.approved_date else plans.in_force_date end as approved_date,
        max(revisions.revised_date) as revised_date,
        coalesce(max_by(revisions.landing_ref, revisions.revised_date), plans.landing_ref) as landing_ref
    from plans
    left join revisions
        on plans.district_code = revisions.district_code
        and plans.plan_no = revisions.plan_no
        and revisions.revised_date <= plans.end_date
    group by
        plans.district_code, plans.town_id, plans.period, plans.end_date, plans.plan_no, plans.review_due_date,
        plans.approved_date, plans.in_force_date, plans.landing_ref
),

judged as (
    select
        *,
        case
            when revised_date > approved_date
                then {{ add_months('revised_date', parameter('plan_revision_months')) }} > end_date
            else {{ add_months('approved_date', parameter('plan_revision_months')) }} > end_date
                and coalesce(review_due_date > end_date, true)
        end as is_current
    from newest
)

select
{{ evidence('G103', 'town_id', 'plan', 'plan_no', 'case when is_current then 1 else 0 end', '1', 'coalesce(revised_date, approved_date)') }}
from judged
