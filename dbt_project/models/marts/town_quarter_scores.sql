-- One row per town x period: base, adjustments, final score, bounds, grade after vetoes, coverage and ranks (METHOD 4 to 7).
with graded as (select * from {{ ref('int_town_quarters') }}),

periods as (select * from {{ ref('dim_periods') }}),

towns as (select * from {{ ref('dim_towns') }}),

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
    {{ published_scores() }},
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
{{ last_quarter('town_id') }}
