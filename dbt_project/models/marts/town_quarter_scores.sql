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

{{ quarter_scores('town_id') }},

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
