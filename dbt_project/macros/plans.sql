{# One row per plan x period at whose end it is in force: the plan with `period`, `end_date`. Body of a CTE. #}
{% macro plans_in_force(condition='plans.is_of_town and plans.town_id is not null') -%}
select
    plans.*,
    periods.period,
    periods.end_date
from {{ ref('fct_plans') }} as plans
inner join {{ ref('dim_periods') }} as periods
    on plans.district_code = periods.district_code
    and plans.in_force_date <= periods.end_date
    and (plans.abolished_date is null or plans.abolished_date > periods.end_date)
where {{ condition }}
{%- endmacro %}

{#
  The plans of a CTE `plans` (as plans_in_force) of a `unit`, with is_current: approved or revised within the months a plan holds, and
  not past the day its list gives for the next revision; a revision after the approval on the list ends that day. CTEs, the last of which
  is `judged`.
#}
{% macro plans_judged(unit) -%}
revisions as (select * from {{ ref('fct_plan_revisions') }}),

newest as (
    select
        plans.district_code,
        plans.{{ unit }},
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
        plans.district_code, plans.{{ unit }}, plans.period, plans.end_date, plans.plan_no, plans.review_due_date,
        plans.approved_date, plans.in_force_date, plans.landing_ref
),

judged as (
    select
        *,
        case
            when revised_date > approved_date
                then {{ anlan.add_months('revised_date', anlan.parameter('plan_revision_months')) }} > end_date
            else {{ anlan.add_months('approved_date', anlan.parameter('plan_revision_months')) }} > end_date
                and coalesce(review_due_date > end_date, true)
        end as is_current
    from newest
)
{%- endmacro %}

{# Of the plans of a CTE `plans` (as plans_in_force) the last check of their links in every direction by period end. Body of a CTE. #}
{% macro last_link_checks() -%}
select
    plans.district_code,
    plans.plan_no,
    plans.period,
    links.is_linked,
    links.checked_date,
    links.landing_ref
from plans
inner join {{ ref('fct_plan_links') }} as links
    on plans.district_code = links.district_code
    and plans.plan_no = links.plan_no
    and links.checked_date <= plans.end_date
qualify row_number() over (
    partition by plans.district_code, plans.plan_no, plans.period, links.direction_word
    order by links.checked_date desc, links.link_no desc
) = 1
{%- endmacro %}

{#
  The lines of the plan of inspections that fall between `first_day` and the end of a period, with `period` and done_count: inspections of
  that line done by then. Body of a CTE.
#}
{% macro planned_inspections(first_day) -%}
select
    plans.district_code,
    plans.town_id,
    periods.period,
    plans.inspection_plan_id,
    plans.planned_count,
    plans.planned_date,
    plans.landing_ref,
    count(inspections.inspection_id) as done_count
from {{ ref('fct_inspection_plan') }} as plans
inner join {{ ref('dim_periods') }} as periods
    on plans.district_code = periods.district_code
    and plans.planned_date between {{ first_day }} and periods.end_date
left join {{ ref('fct_inspections') }} as inspections
    on plans.district_code = inspections.district_code
    and plans.plan_no = inspections.plan_no
    and plans.firm_no = inspections.firm_no
    and inspections.inspected_at < periods.end_before_at
where plans.planned_count > 0
group by
    plans.district_code, plans.town_id, periods.period, plans.inspection_plan_id,
    plans.planned_count, plans.planned_date, plans.landing_ref
{%- endmacro %}
