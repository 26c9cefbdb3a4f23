{{ config(materialized='table') }}
-- One row per town x indicator x period, always: value, status, score, weight and points lost (METHOD 2 to 5).
-- Never fewer: a gap is a status.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

indicators as (
    select *
    from {{ ref('method_town_indicators') }}
    where method_version = '{{ var("method_version") }}' and kind = 'indicator'
),

computed as (select * from {{ ref('int_town_values') }}),

excuses as (select * from {{ ref('method_excuses') }} where system = 'town'),

falsified as (select * from {{ ref('int_town_falsified') }}),

needed as (
    select * from {{ ref('method_indicator_tables') }} where method_version = '{{ var("method_version") }}'
),

deliveries as (select * from {{ ref('fct_silo_deliveries') }}),

-- the worst of the tables an indicator needs decides; where the next list in order may stand in (M4), the best does
arrivals as (
    select
        deliveries.district_code,
        needed.indicator_code,
        deliveries.period,
        min(case deliveries.delivery_status when 'delivered' then 3 when 'unreadable' then 2 else 1 end) as worst,
        max(case deliveries.delivery_status when 'delivered' then 3 when 'unreadable' then 2 else 1 end) as best,
        -- nothing happened: the silo came and had nothing to tell
        min(case
            when deliveries.delivery_status = 'delivered' or coalesce(deliveries.is_quiet, false) then 3
            when deliveries.delivery_status = 'unreadable' then 2
            else 1
        end) as worst_or_quiet
    from needed
    inner join deliveries on needed.silo = deliveries.silo and needed.table_name = deliveries.table_name
    group by deliveries.district_code, needed.indicator_code, deliveries.period
),

spine as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        periods.period_number,
        periods.end_date,
        indicators.indicator_code,
        indicators.l1_code,
        indicators.l2_code,
        indicators.direction,
        indicators.aggregation,
        indicators.missing_rule,
        indicators.frequency,
        indicators.is_due,
        indicators.weight_l1,
        indicators.weight_l2,
        indicators.weight_l3,
        indicators.floor_value,
        indicators.target_value,
        indicators.band_zero_low,
        indicators.band_full_low,
        indicators.band_full_high,
        indicators.band_zero_high
    from towns
    inner join periods on towns.district_code = periods.district_code
    cross join indicators
),

valued as (
    select
        spine.*,
        case
            when spine.missing_rule = 'M4' then arrivals.best
            -- what is judged by the year because it is rare: a quarter without it is not a quarter without a report
            when spine.frequency = 'Y' and spine.missing_rule = 'M2' then arrivals.worst_or_quiet
            -- a survey of the year holds in the quarters between two of them
            when spine.frequency = 'Y' and spine.missing_rule = 'M3' and computed.value is not null then 3
            else arrivals.worst
        end as arrived,
        excuses.unit_id is not null as has_excuse,
        falsified.indicator_code is not null as is_falsified,
        coalesce(computed.is_shrunk, false) as is_shrunk,
        computed.numerator,
        computed.denominator,
        coalesce(computed.sample_count, 0) as sample_count,
        coalesce(computed.evidence_count, 0) as evidence_count,
        computed.district_value,
        -- a count of nothing is nought; every other value of nothing is none
        case when spine.aggregation = 'sum' then coalesce(computed.raw_value, 0) else computed.raw_value end as raw_value,
        case when spine.aggregation = 'sum' then coalesce(computed.value, 0) else computed.value end as value
    from spine
    left join computed
        on spine.district_code = computed.district_code
        and spine.town_id = computed.town_id
        and spine.indicator_code = computed.indicator_code
        and spine.period = computed.period
    left join arrivals
        on spine.district_code = arrivals.district_code
        and spine.indicator_code = arrivals.indicator_code
        and spine.period = arrivals.period
    left join falsified
        on spine.district_code = falsified.district_code
        and spine.town_id = falsified.town_id
        and spine.indicator_code = falsified.indicator_code
        and spine.period = falsified.period
    left join excuses
        on spine.town_id = excuses.unit_id
        and spine.indicator_code = excuses.indicator_code
        and spine.period = excuses.period
        and (excuses.expires_date is null or excuses.expires_date >= spine.end_date)
),

judged as (
    select
        *,
        case
            -- not due beats missing: nobody owes us what we have not asked for yet
            when not is_due then 'not_due'
            -- what an audit found falsified is no report, and no excuse stands for it (V04)
            when is_falsified then 'not_reported'
            when arrived = 3 and value is not null then 'observed'
            -- the silo came and there was nothing to count: only M2 says that is no fault
            when arrived = 3 and missing_rule = 'M2' then 'not_applicable'
            when has_excuse then 'excused'
            when arrived = 2 then 'unreadable'
            else 'not_reported'
        end as cell_status
    from valued
),

normalised as (
    select
        *,
        cast(case
            when cell_status <> 'observed' then null
            when direction = 'band' then
                case
                    when value <= band_zero_low or value >= band_zero_high then 0
                    when value < band_full_low then 100 * {{ ratio('value - band_zero_low', 'band_full_low - band_zero_low', 9) }}
                    when value <= band_full_high then 100
                    else 100 * {{ ratio('band_zero_high - value', 'band_zero_high - band_full_high', 9) }}
                end
            -- floor above target: smaller is better, the same line
            else 100 * least(greatest({{ ratio('value - floor_value', 'target_value - floor_value', 9) }}, 0), 1)
        end as decimal(18, 6)) as observed_score
    from judged
),

verified as (
    select district_code, town_id, indicator_code, period_number, observed_score
    from normalised
    where cell_status = 'observed'
),

-- the nearest verified score of the last quarters, kept with a discount per quarter
carried as (
    select
        normalised.district_code,
        normalised.town_id,
        normalised.indicator_code,
        normalised.period,
        max_by(verified.observed_score, verified.period_number) as last_score,
        max(verified.period_number) as last_period_number
    from normalised
    inner join verified
        on normalised.district_code = verified.district_code
        and normalised.town_id = verified.town_id
        and normalised.indicator_code = verified.indicator_code
        and verified.period_number < normalised.period_number
        and verified.period_number >= normalised.period_number - {{ parameter('excuse_periods') }}
    where normalised.cell_status = 'excused'
    group by normalised.district_code, normalised.town_id, normalised.indicator_code, normalised.period
),

medians as (
    select district_code, indicator_code, period, {{ median_of('observed_score') }} as median_score
    from normalised
    where cell_status = 'observed'
    group by district_code, indicator_code, period
),

scored as (
    select
        normalised.*,
        cast(case
            when normalised.cell_status in ('not_due', 'not_applicable') then null
            when normalised.cell_status = 'observed' then normalised.observed_score
            when normalised.cell_status = 'excused' and carried.last_score is not null
                then carried.last_score * power(
                    cast({{ parameter('excuse_share_kept') }} as double),
                    normalised.period_number - carried.last_period_number
                )
            when normalised.cell_status = 'excused' and normalised.missing_rule = 'M1'
                then coalesce(medians.median_score, 0) * {{ parameter('excuse_median_share') }}
            else 0
        end as decimal(18, 6)) as score,
        normalised.cell_status not in ('not_due', 'not_applicable') as is_weighed
    from normalised
    left join carried
        on normalised.district_code = carried.district_code
        and normalised.town_id = carried.town_id
        and normalised.indicator_code = carried.indicator_code
        and normalised.period = carried.period
    left join medians
        on normalised.district_code = medians.district_code
        and normalised.indicator_code = medians.indicator_code
        and normalised.period = medians.period
),

-- weights of what is due and applies, renewed at every level: a missing branch gives its share to its brothers only
{{ weight_shares('town_id', ['l1', 'l2']) }}

select
    scored.district_code,
    scored.town_id,
    scored.period,
    scored.indicator_code,
    scored.l1_code,
    scored.l2_code,
    scored.cell_status,
    scored.is_shrunk,
    scored.is_due,
    scored.numerator,
    scored.denominator,
    cast(scored.sample_count as bigint) as sample_count,
    cast(case when scored.cell_status = 'observed' then scored.raw_value else null end as decimal(18, 6)) as raw_value,
    cast(case when scored.cell_status = 'observed' then scored.value else null end as decimal(18, 6)) as value,
    cast(scored.district_value as decimal(18, 6)) as district_value,
    scored.score,
    cast(coalesce(settled.weight_share, 0) as decimal(18, 9)) as weight_share,
    cast(coalesce(settled.weight_share * (100 - scored.score), 0) as decimal(18, 6)) as points_lost,
    cast(coalesce(settled.weight_share, 0) * case when scored.cell_status = 'observed' then scored.score else 0 end as decimal(18, 6))
        as lower_points,
    cast(coalesce(settled.weight_share, 0) * case when scored.cell_status = 'observed' then scored.score else 100 end as decimal(18, 6))
        as upper_points,
    cast(scored.evidence_count as bigint) as evidence_count
from scored
left join settled
    on scored.district_code = settled.district_code
    and scored.town_id = settled.town_id
    and scored.period = settled.period
    and scored.indicator_code = settled.indicator_code
