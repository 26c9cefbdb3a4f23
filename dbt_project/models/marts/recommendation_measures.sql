-- One row per recommendation of the survey x indicator, or measure of the whole district, that measures it x period: the mean score of those
-- judged, 100 being the target, and the quarter before. A unit that owed a value and sent none counts with its 0: hiding is no progress.
with measures as (
    select *
    from {{ ref('method_recommendation_indicators') }}
    where method_version = '{{ var("method_version") }}'
),

periods as (select * from {{ ref('dim_periods') }}),

rules as (
    select *
    from {{ ref('method_congress_measures') }}
    where method_version = '{{ var("method_version") }}'
),

assessed as (
    select district_code, period, score_status from {{ ref('town_quarter_scores') }}
    union all
    select district_code, period, score_status from {{ ref('department_quarter_scores') }}
),

-- of the whole district: what is counted, of how many, and whether anybody told of it
counts as (
    select district_code, period, measure_code, counted_count, whole_count, is_told from {{ ref('int_congress_counts') }}
    union all
    select district_code, period, 'R062', 100 - score_gap, 100, score_gap is not null
    from {{ ref('indicator_gaps') }}
    where indicator_code = 'TOTAL'
    union all
    select district_code, period, 'R106', sum(case when score_status = 'rated' then 1 else 0 end), count(*), true
    from assessed
    group by district_code, period
    union all
    select district_code, period, 'R114', least(valid_count, required_count), required_count, gap_status <> 'not_reported'
    from {{ ref('certification_gaps') }}
    where rule_id = 'EX-01' and gap_status <> 'not_applicable'
),

shares as (
    select
        counts.district_code,
        counts.period,
        counts.measure_code,
        rules.target_value,
        case
            when not counts.is_told then 'not_reported'
            when counts.whole_count = 0 then 'not_applicable'
            else 'observed'
        end as cell_status,
        case when counts.is_told then {{ ratio('100 * counts.counted_count', 'counts.whole_count') }} else null end as share_value
    from counts
    inner join periods on counts.district_code = periods.district_code and counts.period = periods.period
    inner join rules
        on counts.measure_code = rules.measure_code
        and {{ last_day() }} between rules.effective_from and rules.effective_to
),

cells as (
    select
        district_code, period, 'town' as system, indicator_code, town_id as unit_id, cell_status, score, district_value, target_text
    from {{ ref('town_indicator_scores') }}
    union all
    select
        district_code, period, 'department', indicator_code, department, cell_status, score, cast(null as decimal(18, 6)),
        cast(target_value as string)
    from {{ ref('department_indicator_scores') }}
    union all
    select
        district_code, period, 'district', measure_code, district_code, cell_status,
        case
            when cell_status = 'observed' then least(100, {{ ratio('100 * share_value', 'target_value') }})
            when cell_status = 'not_reported' then 0
            else null
        end,
        share_value, cast(target_value as string)
    from shares
),

indicators as (
    select 'town' as system, indicator_code, name_zh, name_en
    from ({{ indicators_of('town') }}) as town_indicators
    union all
    select 'department', indicator_code, name_zh, name_en
    from ({{ indicators_of('department') }}) as department_indicators
    union all
    select 'district', measure_code, name_zh, name_en from rules
),

means as (
    select
        district_code,
        period,
        system,
        indicator_code,
        count(score) as judged_count,
        sum(case when cell_status = 'observed' then 1 else 0 end) as observed_count,
        sum(case when cell_status = 'observed' and score >= 100 then 1 else 0 end) as at_target_count,
        max(case when cell_status = 'not_due' then 0 else 1 end) as is_due,
        cast(avg(score) as decimal(18, 6)) as mean_score,
        max(district_value) as district_value,
        max(target_text) as target_text
    from cells
    group by district_code, period, system, indicator_code
),

measured as (
    select
        periods.district_code,
        periods.period,
        periods.previous_period,
        measures.feature_no,
        measures.system,
        measures.indicator_code,
        measures.rule_status,
        measures.basis,
        coalesce(means.judged_count, 0) as judged_count,
        coalesce(means.observed_count, 0) as observed_count,
        coalesce(means.at_target_count, 0) as at_target_count,
        means.district_value,
        means.target_text,
        case
            when coalesce(means.is_due, 0) = 0 then 'not_due'
            when means.observed_count > 0 then 'measured'
            when means.judged_count > 0 then 'not_reported'
            else 'not_applicable'
        end as measure_status,
        case
            when means.observed_count > 0 then cast(round(means.mean_score, 2) as decimal(7, 2))
            else null
        end as progress_score
    from measures
    inner join periods on {{ last_day() }} between measures.effective_from and measures.effective_to
    left join means
        on periods.district_code = means.district_code
        and periods.period = means.period
        and measures.system = means.system
        and measures.indicator_code = means.indicator_code
)

select
    cast(measured.district_code as string) as district_code,
    cast(measured.period as string) as period,
    cast(measured.feature_no as string) as feature_no,
    cast(measured.system as string) as system,
    cast(measured.indicator_code as string) as indicator_code,
    cast(indicators.name_zh as string) as name_zh,
    cast(indicators.name_en as string) as name_en,
    cast(measured.measure_status as string) as measure_status,
    cast(measured.target_text as string) as target_text,
    cast(measured.rule_status as string) as rule_status,
    cast(measured.basis as string) as basis,
    cast(measured.judged_count as bigint) as judged_count,
    cast(measured.observed_count as bigint) as observed_count,
    cast(measured.at_target_count as bigint) as at_target_count,
    cast(measured.district_value as decimal(18, 6)) as district_value,
    measured.progress_score,
    cast(previous.progress_score as decimal(7, 2)) as previous_progress_score,
    cast(measured.progress_score - previous.progress_score as decimal(7, 2)) as progress_change
from measured
left join indicators
    on measured.system = indicators.system
    and measured.indicator_code = indicators.indicator_code
left join measured as previous
    on measured.district_code = previous.district_code
    and measured.previous_period = previous.period
    and measured.feature_no = previous.feature_no
    and measured.system = previous.system
    and measured.indicator_code = previous.indicator_code
