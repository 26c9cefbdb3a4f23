{#
  From cells to a graded score (METHOD 4 to 7): base, adjustments, bounds, published number, grade after vetoes, coverage. CTEs, the last of
  which is `graded`: one row per `unit` x period. Must stand before:
    cells        one row per unit x indicator x period: status, weight, points
    computed     one row per unit x rule x period with evidence: its value
    rules        the rules of the system, periods the quarters, grades the grades of the system
    adjustments  what was decided and signed
    vetoes       one row per unit x period x veto in force: veto_code, cap_grade
  known: of which cells it is known what they are worth, a condition on cells
#}
{% macro quarter_scores(unit, known="cell_status = 'observed'") -%}
totals as (
    select
        district_code,
        {{ unit }},
        period,
        case when sum(weight_share) > 0 then cast(100 - sum(points_lost) as decimal(18, 6)) else null end as base,
        cast(sum(lower_points) as decimal(18, 6)) as lower_base,
        cast(sum(upper_points) as decimal(18, 6)) as upper_base,
        cast(sum(case when {{ known }} then weight_share else 0 end) as decimal(18, 9)) as coverage,
        cast(sum(case when is_due then 1 else 0 end) as integer) as due_count,
        cast(sum(case when cell_status in ('not_due', 'not_applicable') then 0 else 1 end) as integer) as judged_count,
        cast(sum(case when cell_status = 'observed' then 1 else 0 end) as integer) as observed_count
    from cells
    group by district_code, {{ unit }}, period
),

-- what the records show, at the points of its rule, and what somebody decided and signed
all_points as (
    select
        computed.district_code,
        computed.{{ unit }},
        computed.period,
        rules.indicator_code as rule_code,
        computed.value * rules.points_each as points,
        rules.points_max
    from computed
    inner join rules
        on computed.indicator_code = rules.indicator_code
        and rules.kind in ('bonus', 'penalty')
        and rules.is_due
    union all
    select
        periods.district_code,
        adjustments.unit_id,
        adjustments.period,
        rules.indicator_code,
        adjustments.points,
        rules.points_max
    from adjustments
    inner join rules on adjustments.rule_code = rules.indicator_code and rules.kind in ('bonus', 'penalty')
    inner join periods on adjustments.period = periods.period
    where adjustments.expires_date is null or adjustments.expires_date >= periods.end_date
),

-- each rule has its own ceiling, then bonus and deduction have theirs
rule_points as (
    select
        district_code,
        {{ unit }},
        period,
        rule_code,
        case when sum(points) >= 0 then least(sum(points), max(points_max)) else 0 end as bonus,
        case when sum(points) < 0 then least(-sum(points), max(points_max)) else 0 end as deduction
    from all_points
    group by district_code, {{ unit }}, period, rule_code
),

adjusted as (
    select
        district_code,
        {{ unit }},
        period,
        cast(least(sum(bonus), {{ anlan.parameter('bonus_cap') }}) as decimal(5, 2)) as bonus_points,
        cast(least(sum(deduction), {{ anlan.parameter('deduction_cap') }}) as decimal(5, 2)) as deduction_points
    from rule_points
    group by district_code, {{ unit }}, period
),

veto_lists as (
    select
        vetoes.district_code,
        vetoes.{{ unit }},
        vetoes.period,
        {{ anlan.join_text('vetoes.veto_code', ',', 'vetoes.veto_code') }} as veto_codes,
        max(grades.grade_order) as cap_order
    from vetoes
    inner join grades on vetoes.cap_grade = grades.grade
    group by vetoes.district_code, vetoes.{{ unit }}, vetoes.period
),

finals as (
    select
        totals.*,
        coalesce(adjusted.bonus_points, cast(0 as decimal(5, 2))) as bonus_points,
        coalesce(adjusted.deduction_points, cast(0 as decimal(5, 2))) as deduction_points,
        coalesce(veto_lists.veto_codes, '') as veto_codes,
        coalesce(veto_lists.cap_order, 1) as cap_order,
        case when totals.coverage >= {{ anlan.parameter('coverage_minimum') }} then 'rated' else 'not_rated' end as score_status,
        coalesce(adjusted.bonus_points, 0) - coalesce(adjusted.deduction_points, 0) as adjustment
    from totals
    left join adjusted
        on totals.district_code = adjusted.district_code
        and totals.{{ unit }} = adjusted.{{ unit }}
        and totals.period = adjusted.period
    left join veto_lists
        on totals.district_code = veto_lists.district_code
        and totals.{{ unit }} = veto_lists.{{ unit }}
        and totals.period = veto_lists.period
),

published as (
    select
        *,
        cast(round(base, 2) as decimal(7, 2)) as base_score,
        cast(round(least(greatest(base + adjustment, 0), 100), 2) as decimal(7, 2)) as final_score,
        cast(round(least(greatest(lower_base + adjustment, 0), 100), 2) as decimal(7, 2)) as lower_score,
        cast(round(least(greatest(upper_base + adjustment, 0), 100), 2) as decimal(7, 2)) as upper_score
    from finals
),

-- the grade of the published number, never better than the veto allows
graded as (
    select
        published.*,
        capped.grade
    from published
    left join grades as plain
        on published.final_score >= plain.lower_score
        and (plain.grade_order = 1 or published.final_score < plain.upper_score)
    left join grades as capped
        on published.score_status = 'rated'
        and capped.grade_order = greatest(plain.grade_order, published.cap_order)
)
{%- endmacro %}

{# What quarter_scores and the vetoes read of a system ('town', 'department'): CTEs cells to grades, each the rows of one model. #}
{% macro score_inputs(system) -%}
cells as (select * from {{ ref('int_' ~ system ~ '_cells') }}),

periods as (select * from {{ ref('dim_periods') }}),

computed as (select * from {{ ref('int_' ~ system ~ '_values') }}),

rules as (select * from {{ ref('method_' ~ system ~ '_indicators') }} where method_version = '{{ var("method_version") }}'),

adjustments as (select * from {{ ref('method_adjustments') }} where system = '{{ system }}'),

grades as (
    select * from {{ ref('method_grades') }} where system = '{{ system }}' and method_version = '{{ var("method_version") }}'
)
{%- endmacro %}

{# The published columns of a score beside those of the quarter before, and the joins they need (last_quarter). #}
{% macro published_scores() -%}
    graded.score_status,
    graded.grade,
    graded.veto_codes,
    graded.base_score,
    graded.bonus_points,
    graded.deduction_points,
    graded.final_score,
    graded.lower_score,
    graded.upper_score,
    previous.final_score as previous_score,
    cast(graded.final_score - previous.final_score as decimal(7, 2)) as score_change,
    cast(round(graded.coverage, 4) as decimal(6, 4)) as coverage_share
{%- endmacro %}

{% macro last_quarter(unit) -%}
left join ranked
    on graded.district_code = ranked.district_code
    and graded.{{ unit }} = ranked.{{ unit }}
    and graded.period = ranked.period
left join graded as previous
    on graded.district_code = previous.district_code
    and graded.{{ unit }} = previous.{{ unit }}
    and periods.previous_period = previous.period
left join ranked as previous_ranked
    on graded.district_code = previous_ranked.district_code
    and graded.{{ unit }} = previous_ranked.{{ unit }}
    and periods.previous_period = previous_ranked.period
{%- endmacro %}

{# The indicators of a system ('town', 'department') in the method in force, without vetoes, bonuses and deductions. Body of a CTE. #}
{% macro indicators_of(system) -%}
select *
from {{ ref('method_' ~ system ~ '_indicators') }}
where method_version = '{{ var("method_version") }}' and kind = 'indicator'
{%- endmacro %}
