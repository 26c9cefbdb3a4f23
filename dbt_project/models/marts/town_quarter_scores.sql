-- One row per town x period: base, adjustments, final score, bounds, grade after vetoes, coverage and ranks (METHOD 4 to 7).
with cells as (select * from {{ ref('int_town_cells') }}),

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

computed as (select * from {{ ref('int_town_values') }}),

rules as (select * from {{ ref('method_town_indicators') }} where method_version = '{{ var("method_version") }}'),

adjustments as (select * from {{ ref('method_adjustments') }} where system = 'town'),

grades as (
    select * from {{ ref('method_grades') }} where system = 'town' and method_version = '{{ var("method_version") }}'
),

totals as (
    select
        district_code,
        town_id,
        period,
        case when sum(weight_share) > 0 then cast(100 - sum(points_lost) as decimal(18, 6)) else null end as base,
        cast(sum(lower_points) as decimal(18, 6)) as lower_base,
        cast(sum(upper_points) as decimal(18, 6)) as upper_base,
        cast(sum(case when cell_status = 'observed' then weight_share else 0 end) as decimal(18, 9)) as coverage,
        cast(sum(case when is_due then 1 else 0 end) as integer) as due_count,
        cast(sum(case when cell_status = 'observed' then 1 else 0 end) as integer) as observed_count
    from cells
    group by district_code, town_id, period
),

-- what the records show, at the points of its rule, and what somebody decided and signed
all_points as (
    select
        computed.district_code,
        computed.town_id,
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
        town_id,
        period,
        rule_code,
        case when sum(points) >= 0 then least(sum(points), max(points_max)) else 0 end as bonus,
        case when sum(points) < 0 then least(-sum(points), max(points_max)) else 0 end as deduction
    from all_points
    group by district_code, town_id, period, rule_code
),

adjusted as (
    select
        district_code,
        town_id,
        period,
        cast(least(sum(bonus), {{ parameter('bonus_cap') }}) as decimal(5, 2)) as bonus_points,
        cast(least(sum(deduction), {{ parameter('deduction_cap') }}) as decimal(5, 2)) as deduction_points
    from rule_points
    group by district_code, town_id, period
),

-- V05: never two valid certificates on any day. A station that shows none has none. The others: one event suffices, and a
-- grave one (a denominator in its evidence) caps lower where the rule says so.
vetoes as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        rules.indicator_code as veto_code,
        case when computed.denominator > 0 then coalesce(rules.cap_grade_grave, rules.cap_grade) else rules.cap_grade end as cap_grade
    from towns
    inner join periods on towns.district_code = periods.district_code
    inner join rules on rules.kind = 'veto' and rules.is_due
    left join computed
        on towns.district_code = computed.district_code
        and towns.town_id = computed.town_id
        and periods.period = computed.period
        and rules.indicator_code = computed.indicator_code
    where case
        when rules.indicator_code = 'V05' then coalesce(computed.value, 0) < {{ parameter('law_cert_required') }}
        else coalesce(computed.value, 0) > 0
    end
),

veto_lists as (
    select
        vetoes.district_code,
        vetoes.town_id,
        vetoes.period,
        {{ join_text('vetoes.veto_code', ',', 'vetoes.veto_code') }} as veto_codes,
        max(grades.grade_order) as cap_order
    from vetoes
    inner join grades on vetoes.cap_grade = grades.grade
    group by vetoes.district_code, vetoes.town_id, vetoes.period
),

finals as (
    select
        totals.*,
        coalesce(adjusted.bonus_points, cast(0 as decimal(5, 2))) as bonus_points,
        coalesce(adjusted.deduction_points, cast(0 as decimal(5, 2))) as deduction_points,
        coalesce(veto_lists.veto_codes, '') as veto_codes,
        coalesce(veto_lists.cap_order, 1) as cap_order,
        case when totals.coverage >= {{ parameter('coverage_minimum') }} then 'rated' else 'not_rated' end as score_status,
        coalesce(adjusted.bonus_points, 0) - coalesce(adjusted.deduction_points, 0) as adjustment
    from totals
    left join adjusted
        on totals.district_code = adjusted.district_code
        and totals.town_id = adjusted.town_id
        and totals.period = adjusted.period
    left join veto_lists
        on totals.district_code = veto_lists.district_code
        and totals.town_id = veto_lists.town_id
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
),

ranked as (
    select
        graded.district_code,
        graded.town_id,
        graded.period,
        cast(rank() over (partition by graded.district_code, graded.period order by graded.final_score desc) as integer) as rank_overall,
        cast(rank() over (
            partition by graded.district_code, graded.period, towns.cohort_code order by graded.final_score desc
        ) as integer) as rank_cohort
    from graded
    inner join towns on graded.district_code = towns.district_code and graded.town_id = towns.town_id
    where graded.score_status = 'rated'
),

cohorts as (
    select district_code, cohort_code, cast(count(*) as integer) as cohort_size
    from towns
    group by district_code, cohort_code
)

select
    graded.district_code,
    graded.town_id,
    graded.period,
    periods.method_version,
    towns.town_name_zh,
    towns.town_name_en,
    towns.cohort_code,
    towns.cohort_name_zh,
    towns.cohort_name_en,
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
    cast(round(graded.coverage, 4) as decimal(6, 4)) as coverage_share,
    ranked.rank_overall,
    ranked.rank_cohort,
    cohorts.cohort_size,
    previous_ranked.rank_overall as previous_rank,
    graded.due_count,
    graded.observed_count
from graded
inner join periods on graded.district_code = periods.district_code and graded.period = periods.period
inner join towns on graded.district_code = towns.district_code and graded.town_id = towns.town_id
inner join cohorts on towns.district_code = cohorts.district_code and towns.cohort_code = cohorts.cohort_code
left join ranked
    on graded.district_code = ranked.district_code
    and graded.town_id = ranked.town_id
    and graded.period = ranked.period
left join graded as previous
    on graded.district_code = previous.district_code
    and graded.town_id = previous.town_id
    and periods.previous_period = previous.period
left join ranked as previous_ranked
    on graded.district_code = previous_ranked.district_code
    and graded.town_id = previous_ranked.town_id
    and periods.previous_period = previous_ranked.period
