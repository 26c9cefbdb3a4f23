{{ config(materialized='table') }}
-- One row per department x indicator (or veto, or bonus) x period with any evidence: sums and value after the small-number rule.
-- The shared path of every department indicator; no status here.
with evidence as (select * from {{ ref('department_indicator_evidence') }}),

indicators as (
    select *
    from {{ ref('method_department_indicators') }}
    where method_version = '{{ var("method_version") }}' and is_due
),

summed as (
    select
        evidence.district_code,
        evidence.indicator_code,
        evidence.unit_id as department,
        evidence.period,
        indicators.aggregation,
        indicators.has_small_number_rule,
        cast(sum(evidence.numerator) as decimal(18, 6)) as numerator,
        cast(sum(evidence.denominator) as decimal(18, 6)) as denominator,
        cast(count(*) as bigint) as evidence_count
    from evidence
    inner join indicators on evidence.indicator_code = indicators.indicator_code
    group by
        evidence.district_code, evidence.indicator_code, evidence.unit_id, evidence.period,
        indicators.aggregation, indicators.has_small_number_rule
),

rated as (
    select
        *,
        {{ ratio('sum(numerator) over (partition by district_code, indicator_code, period)', 'sum(denominator) over (partition by district_code, indicator_code, period)', 9) }}
            as district_rate,
        aggregation = 'ratio' and has_small_number_rule
        and denominator > 0 and denominator < {{ parameter('small_number_n') }} as is_shrunk
    from summed
)

select
    district_code,
    indicator_code,
    department,
    period,
    is_shrunk,
    numerator,
    denominator,
    evidence_count,
    cast(case
        when is_shrunk
            then 100 * {{ ratio('numerator + ' ~ parameter('small_number_prior') ~ ' * district_rate', 'denominator + ' ~ parameter('small_number_prior'), 9) }}
        when aggregation = 'ratio' then 100 * {{ ratio('numerator', 'denominator', 9) }}
        else numerator
    end as decimal(18, 6)) as value
from rated
