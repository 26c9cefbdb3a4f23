-- One row per rated enterprise x due item x period. Never fewer: a gap is a status.
-- Lost points follow the item's calc_kind: share_met loses the part not met, per_fault a fixed sum per fault,
-- any_fault everything at the first fault. An item without data earns nothing and is counted against coverage.
{{ config(materialized='table') }}
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

periods as (select * from {{ ref('dim_periods') }}),

items as (select * from {{ ref('method_enterprise_items') }} where kind = 'item' and is_due),

industries as (select * from {{ ref('method_enterprise_industries') }}),

operators as (
    select distinct enterprise_id from {{ ref('fct_special_operators') }}
),

evidence as (
    select
        unit_id,
        indicator_code,
        period,
        cast(sum(numerator) as decimal(18, 6)) as numerator,
        cast(sum(denominator) as decimal(18, 6)) as denominator,
        cast(sum(case when numerator > 0 then 1 else 0 end) as bigint) as fault_count,
        cast(sum(case when denominator > 0 then 1 else 0 end) as bigint) as checked_count,
        cast(count(*) as bigint) as evidence_count,
        max(occurred_at) as last_occurred_at
    from {{ ref('enterprise_item_evidence') }}
    group by unit_id, indicator_code, period
),

spine as (
    select
        firms.district_code,
        firms.enterprise_id,
        firms.town_id,
        periods.period,
        items.item_code,
        items.calc_kind,
        items.silo,
        items.max_points,
        items.points_each,
        items.reason_code,
        items.no_evidence_status,
        items.rule_status,
        case items.element_code
            when 'E1' then industries.e1
            when 'E2' then industries.e2
            when 'E3' then industries.e3
            when 'E4' then industries.e4
            when 'E5' then industries.e5
            when 'E6' then industries.e6
            when 'E7' then industries.e7
            when 'E8' then industries.e8
            else null
        end as multiplier,
        case items.applies_rule
            when 'all' then true
            when 'special_operations' then coalesce(firms.special_operator_count, 0) > 0 or operators.enterprise_id is not null
            when 'wet_industry' then industries.is_wet_industry
            when 'key' then firms.is_key
            when 'major_hazard' then true
            else null
        end as is_applicable
    from firms
    inner join periods on firms.district_code = periods.district_code
    inner join industries on firms.industry_code = industries.industry_code
    inner join items on periods.end_date between items.effective_from and items.effective_to
    left join operators on firms.enterprise_id = operators.enterprise_id
),

judged as (
    select
        spine.*,
        evidence.numerator,
        evidence.denominator,
        coalesce(evidence.fault_count, 0) as fault_count,
        coalesce(evidence.checked_count, 0) as checked_count,
        coalesce(evidence.evidence_count, 0) as evidence_count,
        evidence.last_occurred_at,
        case
            when not spine.is_applicable then 'not_applicable'
            -- E103: an officer on the register tells nothing while the head-count is unknown
            when spine.item_code = 'E103' and coalesce(evidence.checked_count, 0) = 0 then 'not_reported'
            when evidence.unit_id is not null then 'observed'
            else spine.no_evidence_status
        end as item_status,
        coalesce({{ ratio('evidence.numerator', 'evidence.denominator') }}, 1) as met_share
    from spine
    left join evidence
        on spine.enterprise_id = evidence.unit_id
        and spine.item_code = evidence.indicator_code
        and spine.period = evidence.period
),

lost as (
    select
        *,
        cast(case
            when item_status = 'not_applicable' then 0
            when item_status <> 'observed' then max_points
            when calc_kind = 'share_met' then max_points * (1 - met_share)
            when calc_kind = 'per_fault' then least(max_points, points_each * numerator)
            when calc_kind = 'any_fault' then case when numerator > 0 then max_points else 0 end
            else null
        end as decimal(18, 6)) as lost_points
    from judged
)

select
    district_code,
    enterprise_id,
    town_id,
    period,
    item_code,
    item_status,
    calc_kind,
    silo,
    max_points,
    multiplier,
    numerator,
    denominator,
    fault_count,
    checked_count,
    met_share,
    cast(case when item_status = 'not_applicable' then 0 else max_points - lost_points end as decimal(18, 6)) as earned_points,
    lost_points,
    case
        when lost_points = 0 then ''
        when item_status = 'not_reported' then 'NO_DATA'
        else reason_code
    end as reason_code,
    evidence_count,
    last_occurred_at,
    rule_status
from lost
