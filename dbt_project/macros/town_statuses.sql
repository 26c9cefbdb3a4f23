{#
  What each cell of a town is worth judging by: its value and its one status (METHOD 1 and 4). CTEs from the imports to `judged`: one row
  per town x indicator x period, always, with the weights and goalposts of the indicator. What follows from them is int_town_cells.
#}
{% macro town_statuses() -%}
towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

indicators as ({{ anlan.indicators_of('town') }}),

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
)
{%- endmacro %}
