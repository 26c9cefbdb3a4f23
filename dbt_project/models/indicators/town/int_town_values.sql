{{ config(materialized='table') }}
-- One row per town x indicator (or computed veto) x period with any evidence: sums, sample, raw value, value after the
-- small-number rule, and the district's value beside it. The shared path of every town indicator; no status here.
with evidence as (select * from {{ ref('town_indicator_evidence') }}),

indicators as (
    select *
    from {{ ref('method_town_indicators') }}
    where method_version = '{{ var("method_version") }}' and aggregation is not null and is_due
),

summed as (
    select
        evidence.district_code,
        evidence.indicator_code,
        evidence.unit_id,
        evidence.period,
        cast(sum(evidence.numerator) as decimal(18, 6)) as numerator,
        cast(sum(evidence.denominator) as decimal(18, 6)) as denominator,
        count(evidence.numerator) as counted_rows,
        count(*) as evidence_count,
        {{ median_of('evidence.numerator') }} as median_value
    from evidence
    group by evidence.district_code, evidence.indicator_code, evidence.unit_id, evidence.period
),

-- a rate capped at its ceiling, say staff above the need, is capped before anybody else's rate is made of it
capped as (
    select
        summed.*,
        indicators.aggregation,
        indicators.value_scale,
        indicators.has_small_number_rule,
        indicators.floor_value,
        case
            when indicators.value_cap is not null then least(summed.numerator, summed.denominator)
            else summed.numerator
        end as counted_numerator
    from summed
    inner join indicators on summed.indicator_code = indicators.indicator_code
),

-- Kaplan-Meier: numerator is the time watched, denominator 1 for an end seen and 0 for a row still open
watched as (
    select evidence.district_code, evidence.indicator_code, evidence.period, scopes.scope_id, evidence.numerator, evidence.denominator
    from evidence
    inner join indicators on evidence.indicator_code = indicators.indicator_code and indicators.aggregation = 'km_median'
    inner join (
        select distinct unit_id, unit_id as scope_id from evidence
        union
        select distinct unit_id, 'district' from evidence
    ) as scopes on evidence.unit_id = scopes.unit_id
    where evidence.numerator is not null
),

times as (
    select
        district_code, indicator_code, period, scope_id, numerator as at_time,
        cast(sum(denominator) as double) as ended,
        cast(count(*) as double) as leaving
    from watched
    group by district_code, indicator_code, period, scope_id, numerator
),

at_risk as (
    select
        *,
        sum(leaving) over (
            partition by district_code, indicator_code, period, scope_id
            order by at_time desc rows between unbounded preceding and current row
        ) as risk
    from times
),

survival as (
    select
        *,
        sum(case when ended >= risk then cast(-1000 as double) else ln(1 - ended / nullif(risk, 0)) end) over (
            partition by district_code, indicator_code, period, scope_id
            order by at_time rows between unbounded preceding and current row
        ) as log_share_open
    from at_risk
),

km as (
    select
        district_code, indicator_code, period, scope_id,
        min(case when exp(log_share_open) <= 0.5 + 1e-9 then at_time else null end) as km_median,
        max(at_time) as longest
    from survival
    group by district_code, indicator_code, period, scope_id
),

district_medians as (
    select district_code, indicator_code, period, {{ median_of('numerator') }} as median_value
    from evidence
    group by district_code, indicator_code, period
),

district as (
    select
        capped.district_code,
        capped.indicator_code,
        capped.period,
        sum(capped.counted_numerator) as numerator,
        sum(capped.denominator) as denominator,
        {{ ratio('sum(capped.counted_numerator)', 'sum(capped.denominator)', 9) }} as rate
    from capped
    group by capped.district_code, capped.indicator_code, capped.period
),

town_counts as (
    select district_code, count(*) as town_count
    from {{ ref('dim_towns') }}
    group by district_code
)

select
    capped.district_code,
    capped.indicator_code,
    capped.unit_id as town_id,
    capped.period,
    capped.aggregation,
    coalesce(
        capped.aggregation = 'ratio' and capped.has_small_number_rule
        and capped.denominator > 0 and capped.denominator < {{ parameter('small_number_n') }},
        false
    ) as is_shrunk,
    cast(capped.numerator as decimal(18, 6)) as numerator,
    cast(capped.denominator as decimal(18, 6)) as denominator,
    cast(case
        when capped.aggregation = 'ratio' then floor(coalesce(capped.denominator, 0))
        else capped.counted_rows
    end as bigint) as sample_count,
    cast(capped.evidence_count as bigint) as evidence_count,
    cast(case
        when capped.aggregation = 'ratio'
            then {{ ratio('cast(capped.value_scale as double) * capped.counted_numerator', 'capped.denominator', 9) }}
        when capped.aggregation = 'median' then capped.median_value
        -- a median never reached is at least the floor: open cases must not look quick
        when capped.aggregation = 'km_median' then coalesce(town_km.km_median, greatest(capped.floor_value, town_km.longest))
        else capped.numerator
    end as decimal(28, 9)) as raw_value,
    cast(case
        when capped.aggregation = 'ratio' and capped.has_small_number_rule
            and capped.denominator > 0 and capped.denominator < {{ parameter('small_number_n') }}
            then {{ ratio(
                'cast(capped.value_scale as double) * (capped.counted_numerator + ' ~ parameter('small_number_prior') ~ ' * district.rate)',
                'capped.denominator + ' ~ parameter('small_number_prior'), 9
            ) }}
        when capped.aggregation = 'ratio'
            then {{ ratio('cast(capped.value_scale as double) * capped.counted_numerator', 'capped.denominator', 9) }}
        when capped.aggregation = 'median' then capped.median_value
        when capped.aggregation = 'km_median' then coalesce(town_km.km_median, greatest(capped.floor_value, town_km.longest))
        else capped.numerator
    end as decimal(28, 9)) as value,
    cast(case
        when capped.aggregation = 'ratio' then {{ ratio('cast(capped.value_scale as double) * district.numerator', 'district.denominator', 9) }}
        when capped.aggregation = 'median' then district_medians.median_value
        when capped.aggregation = 'km_median'
            then coalesce(district_km.km_median, greatest(capped.floor_value, district_km.longest))
        else {{ ratio('district.numerator', 'town_counts.town_count', 9) }}
    end as decimal(28, 9)) as district_value
from capped
inner join district
    on capped.district_code = district.district_code
    and capped.indicator_code = district.indicator_code
    and capped.period = district.period
inner join district_medians
    on capped.district_code = district_medians.district_code
    and capped.indicator_code = district_medians.indicator_code
    and capped.period = district_medians.period
inner join town_counts on capped.district_code = town_counts.district_code
left join km as town_km
    on capped.district_code = town_km.district_code
    and capped.indicator_code = town_km.indicator_code
    and capped.period = town_km.period
    and capped.unit_id = town_km.scope_id
left join km as district_km
    on capped.district_code = district_km.district_code
    and capped.indicator_code = district_km.indicator_code
    and capped.period = district_km.period
    and district_km.scope_id = 'district'
