-- One row per town indicator, and one for the whole score (TOTAL), x period: the best and the worst town, the gap between them, the
-- median town, and whether the gap widened since the quarter before. A town of which nothing was seen is counted, never compared.
with cells as (select * from {{ ref('town_indicator_scores') }}),

scores as (select * from {{ ref('town_quarter_scores') }}),

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

indicators as ({{ indicators_of('town') }}),

measured as (
    select
        cells.district_code,
        cells.period,
        cells.indicator_code,
        cells.town_id,
        cells.published_score as score,
        cells.value,
        -- of two towns at the same score the better value is better, where more or less is better at all
        case cells.direction when 'higher' then cells.value when 'lower' then -cells.value else 0 end as merit,
        cells.cell_status = 'observed' as is_compared,
        cells.cell_status in ('not_reported', 'unreadable', 'excused') as is_unknown,
        cells.cell_status <> 'not_due' as is_due
    from cells
    union all
    select
        district_code,
        period,
        'TOTAL',
        town_id,
        final_score,
        final_score,
        0,
        score_status = 'rated',
        score_status <> 'rated',
        true
    from scores
),

ordered as (
    select
        *,
        row_number() over (partition by district_code, period, indicator_code order by score desc, merit desc, town_id) as best_order,
        row_number() over (partition by district_code, period, indicator_code order by score, merit, town_id desc) as worst_order
    from measured
    where is_compared
),

ends as (
    select
        district_code,
        period,
        indicator_code,
        count(*) as compared_count,
        max(score) as best_score,
        min(score) as worst_score,
        cast(round({{ median_of('score') }}, 2) as decimal(7, 2)) as median_score,
        max(case when best_order = 1 then town_id else null end) as best_town_id,
        max(case when worst_order = 1 then town_id else null end) as worst_town_id,
        max(case when best_order = 1 then value else null end) as best_value,
        max(case when worst_order = 1 then value else null end) as worst_value,
        {{ median_of('value') }} as median_value
    from ordered
    group by district_code, period, indicator_code
),

counted as (
    select
        district_code,
        period,
        indicator_code,
        count(*) as town_count,
        sum(case when is_unknown then 1 else 0 end) as unknown_count,
        max(case when is_due then 1 else 0 end) as is_due
    from measured
    group by district_code, period, indicator_code
),

compared as (
    select
        counted.district_code,
        counted.period,
        counted.indicator_code,
        counted.town_count,
        counted.unknown_count,
        coalesce(ends.compared_count, 0) as compared_count,
        case
            when counted.is_due = 0 then 'not_due'
            when coalesce(ends.compared_count, 0) < 2 then 'too_few'
            when ends.best_score = ends.worst_score then 'level'
            else 'compared'
        end as gap_status,
        ends.best_score,
        ends.worst_score,
        ends.median_score,
        ends.best_town_id,
        ends.worst_town_id,
        ends.best_value,
        ends.worst_value,
        ends.median_value
    from counted
    left join ends
        on counted.district_code = ends.district_code
        and counted.period = ends.period
        and counted.indicator_code = ends.indicator_code
),

-- towns that are level have no best and no worst; fewer than two have no gap
gaps as (
    select
        compared.*,
        compared.gap_status in ('compared', 'level') as has_gap,
        compared.gap_status = 'compared' as has_ends,
        case
            when compared.gap_status in ('compared', 'level') then cast(compared.best_score - compared.worst_score as decimal(7, 2))
            else null
        end as score_gap
    from compared
)

select
    cast(gaps.district_code as string) as district_code,
    cast(gaps.period as string) as period,
    cast(gaps.indicator_code as string) as indicator_code,
    cast(indicators.l1_code as string) as l1_code,
    cast(coalesce(indicators.name_zh, '总分') as string) as name_zh,
    cast(coalesce(indicators.name_en, 'Whole score') as string) as name_en,
    cast(coalesce(indicators.unit, '分') as string) as unit,
    cast(coalesce(indicators.unit_en, 'points') as string) as unit_en,
    cast(gaps.gap_status as string) as gap_status,
    cast(case
        when not gaps.has_gap or previous.score_gap is null then 'unknown'
        when gaps.score_gap > previous.score_gap then 'widening'
        when gaps.score_gap < previous.score_gap then 'closing'
        else 'same'
    end as string) as trend_code,
    cast(case when gaps.has_ends then gaps.best_town_id else null end as string) as best_town_id,
    cast(case when gaps.has_ends then best.town_name_zh else null end as string) as best_town_name_zh,
    cast(case when gaps.has_ends then best.town_name_en else null end as string) as best_town_name_en,
    cast(case when gaps.has_ends then gaps.worst_town_id else null end as string) as worst_town_id,
    cast(case when gaps.has_ends then worst.town_name_zh else null end as string) as worst_town_name_zh,
    cast(case when gaps.has_ends then worst.town_name_en else null end as string) as worst_town_name_en,
    cast(case when gaps.has_ends and previous.has_ends then previous.worst_town_id else null end as string) as previous_worst_town_id,
    cast(gaps.town_count as bigint) as town_count,
    cast(gaps.compared_count as bigint) as compared_count,
    cast(gaps.unknown_count as bigint) as unknown_count,
    cast(case when gaps.has_gap then gaps.best_score else null end as decimal(7, 2)) as best_score,
    cast(case when gaps.has_gap then gaps.median_score else null end as decimal(7, 2)) as median_score,
    cast(case when gaps.has_gap then gaps.worst_score else null end as decimal(7, 2)) as worst_score,
    gaps.score_gap,
    cast(previous.score_gap as decimal(7, 2)) as previous_score_gap,
    cast(gaps.score_gap - previous.score_gap as decimal(7, 2)) as gap_change,
    cast(case when gaps.has_ends then gaps.best_value else null end as decimal(18, 6)) as best_value,
    cast(case when gaps.has_gap then gaps.median_value else null end as decimal(18, 6)) as median_value,
    cast(case when gaps.has_ends then gaps.worst_value else null end as decimal(18, 6)) as worst_value
from gaps
inner join periods on gaps.district_code = periods.district_code and gaps.period = periods.period
left join indicators on gaps.indicator_code = indicators.indicator_code
left join towns as best on gaps.district_code = best.district_code and gaps.best_town_id = best.town_id
left join towns as worst on gaps.district_code = worst.district_code and gaps.worst_town_id = worst.town_id
left join gaps as previous
    on gaps.district_code = previous.district_code
    and periods.previous_period = previous.period
    and gaps.indicator_code = previous.indicator_code
