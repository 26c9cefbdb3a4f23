{{ config(materialized='table') }}
-- One row per town x indicator x period, always: value, status, score, weight and points lost (METHOD 2 to 5).
-- Never fewer: a gap is a status.
with {{ town_statuses() }},

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
