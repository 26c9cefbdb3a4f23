-- One row per rated enterprise x period: score, coverage, vetoes, grade.
-- More than 40 % of the applicable weight without data: not rated, never D (EV10). Grades come from the published score.
{{ config(materialized='table') }}
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

periods as (select * from {{ ref('dim_periods') }}),

codes as (
    select district_code, enterprise_id, period, veto_code from {{ ref('enterprise_vetoes') }}
),

methods as (select * from {{ ref('method_enterprise_items') }}),

grades as (select * from {{ ref('method_grades') }} where system = 'enterprise'),

bonus_cap as (
    select max(value) as most_points from {{ ref('method_parameters') }} where parameter_code = 'bonus_cap'
),

bonuses as (
    select
        enterprise_id,
        period,
        {{ join_text('bonus_code', ',', 'bonus_code') }} as bonus_codes,
        sum(bonus_points) as bonus_points
    from {{ ref('enterprise_rating_bonuses') }}
    group by enterprise_id, period
),

sums as (
    select
        enterprise_id,
        period,
        cast(sum(case when item_status <> 'not_applicable' then (max_points - lost_points) * multiplier else 0 end) as decimal(18, 6)) as earned,
        cast(sum(case when item_status <> 'not_applicable' then max_points * multiplier else 0 end) as decimal(18, 6)) as applicable,
        cast(sum(case when item_status = 'observed' then max_points * multiplier else 0 end) as decimal(18, 6)) as observed,
        cast(count(*) as integer) as due_count,
        cast(sum(case when item_status = 'observed' then 1 else 0 end) as integer) as observed_count,
        max(case when lost_points > 0 then lost_points * multiplier else null end) as most_lost
    from {{ ref('enterprise_item_results') }}
    group by enterprise_id, period
),

-- the item that costs most; of equals the first in the book
dearest as (
    select
        sums.enterprise_id,
        sums.period,
        min(results.item_code) as item_code,
        min_by(results.item_status, results.item_code) as item_status
    from sums
    inner join {{ ref('enterprise_item_results') }} as results
        on sums.enterprise_id = results.enterprise_id
        and sums.period = results.period
        and sums.most_lost = results.lost_points * results.multiplier
    where results.lost_points > 0
    group by sums.enterprise_id, sums.period
),

vetoed as (
    select
        codes.enterprise_id,
        codes.period,
        {{ join_text('codes.veto_code', ',', 'codes.veto_code') }} as veto_codes,
        max(methods.cap_grade) as cap_grade
    from codes
    inner join methods on codes.veto_code = methods.item_code
    group by codes.enterprise_id, codes.period
),

scored as (
    select
        firms.district_code,
        firms.enterprise_id,
        firms.town_id,
        periods.period,
        sums.due_count,
        sums.observed_count,
        {{ lost_reason('dearest.item_status', 'costing.reason_code') }} as points_lost_top_reason,
        vetoed.veto_codes,
        vetoed.cap_grade,
        {{ ratio('sums.observed', 'sums.applicable') }} as coverage_share,
        {{ ratio('100 * sums.earned', 'sums.applicable') }} as base_score,
        bonuses.bonus_codes,
        least(coalesce(bonuses.bonus_points, 0), bonus_cap.most_points) as bonus_points,
        firms.landing_ref
    from firms
    inner join periods on firms.district_code = periods.district_code
    cross join bonus_cap
    left join sums on firms.enterprise_id = sums.enterprise_id and periods.period = sums.period
    left join dearest on firms.enterprise_id = dearest.enterprise_id and periods.period = dearest.period
    left join methods as costing on dearest.item_code = costing.item_code
    left join vetoed on firms.enterprise_id = vetoed.enterprise_id and periods.period = vetoed.period
    left join bonuses on firms.enterprise_id = bonuses.enterprise_id and periods.period = bonuses.period
),

published as (
    select
        *,
        -- exactly 40 % without data is still rated
        coalesce(coverage_share, 0) >= 0.6 as is_rated,
        cast(round(base_score, 2) as decimal(7, 2)) as published_base,
        cast(round(least(greatest(base_score + bonus_points, 0), 100), 2) as decimal(7, 2)) as published_final
    from scored
),

graded as (
    select
        published.*,
        grades.grade as score_grade
    from published
    left join grades
        on published.published_final >= grades.lower_score
        and (published.published_final < grades.upper_score or grades.upper_score >= 100)
)

select
    district_code,
    enterprise_id,
    town_id,
    period,
    case when is_rated then 'rated' else 'not_rated' end as rating_status,
    -- letters run A to D, so the worse grade is the greater letter
    case
        when not is_rated then cast(null as string)
        else greatest(score_grade, coalesce(cap_grade, 'A'))
    end as grade,
    score_grade,
    concat_ws(',', veto_codes, case when not is_rated then 'EV10' else null end) as veto_codes,
    coalesce(bonus_codes, '') as bonus_codes,
    case when is_rated then published_base else null end as base_score,
    cast(bonus_points as decimal(5, 2)) as bonus_points,
    case when is_rated then published_final else null end as final_score,
    cast(coalesce(coverage_share, 0) as decimal(6, 4)) as coverage_share,
    points_lost_top_reason,
    due_count,
    observed_count,
    landing_ref
from graded
