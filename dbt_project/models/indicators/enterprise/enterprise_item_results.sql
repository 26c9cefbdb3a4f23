-- One row per rated enterprise x due item x period. Never fewer: a gap is a status.
-- Lost points follow the item's calc_kind: share_met loses the part not met, per_fault a fixed sum per fault,
-- any_fault everything at the first fault; below full_loss_below a share loses everything. An item without data earns nothing and
-- is counted against coverage. What an item is for every firm stands in the method, what a firm is in its register, and what follows
-- from the row's own numbers in the marts: not again in each of so many rows.
{{ config(materialized='table') }}
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

terms as (select * from {{ ref('int_enterprise_item_terms') }}),

operators as (
    select enterprise_id from {{ ref('fct_special_operators') }}
),

-- who is on the platform of the firms: for all others what it does not tell is missing, not nothing
reporters as (select distinct enterprise_id from {{ ref('int_enterprise_reporters') }}),

evidence as (
    select
        unit_id,
        indicator_code,
        period,
        cast(sum(numerator) as decimal(18, 6)) as numerator,
        cast(sum(denominator) as decimal(18, 6)) as denominator,
        cast(sum(case when numerator > 0 then 1 else 0 end) as integer) as fault_count,
        cast(sum(case when denominator > 0 then 1 else 0 end) as integer) as checked_count,
        cast(count(*) as integer) as evidence_count,
        max(occurred_at) as last_occurred_at
    from {{ ref('enterprise_item_evidence') }}
    group by unit_id, indicator_code, period
),

-- grouped by firm, not joined to distinct lists: what is grouped goes on in parts, and both threads work on the items after it
asked as (
    select
        firms.district_code,
        firms.enterprise_id,
        firms.industry_code,
        firms.is_key,
        firms.is_high_risk,
        coalesce(max(firms.special_operator_count), 0) > 0 or count(operators.enterprise_id) > 0 as has_operators,
        count(reporters.enterprise_id) > 0 as is_reporter
    from firms
    left join operators on firms.enterprise_id = operators.enterprise_id
    left join reporters on firms.enterprise_id = reporters.enterprise_id
    group by
        firms.district_code, firms.enterprise_id, firms.industry_code, firms.is_key, firms.is_high_risk
),

spine as (
    select
        terms.*,
        asked.enterprise_id,
        asked.is_reporter,
        case
            when terms.is_of_industry is not null then terms.is_of_industry
            when terms.applies_rule = 'special_operations' then asked.has_operators
            when terms.applies_rule = 'key' then asked.is_key
            when terms.applies_rule = 'high_risk' then asked.is_high_risk
            else null
        end as is_applicable
    from asked
    inner join terms on asked.district_code = terms.district_code and asked.industry_code = terms.industry_code
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
            when spine.silo = 'firms' and not spine.is_reporter then 'not_reported'
            else spine.no_evidence_status
        end as item_status,
        {{ met_share('spine.calc_kind', 'evidence') }} as met_share
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
            when calc_kind = 'share_met' and met_share < coalesce(full_loss_below, 0) then max_points
            when calc_kind = 'share_met' then cast(max_points * (1 - met_share) as decimal(10, 6))
            when calc_kind = 'per_fault' then cast(least(max_points, points_each * numerator) as decimal(10, 6))
            when calc_kind = 'any_fault' then case when numerator > 0 then max_points else 0 end
            else null
        end as decimal(10, 6)) as lost_points
    from judged
)

select
    district_code,
    enterprise_id,
    period,
    item_code,
    item_status,
    max_points,
    multiplier,
    numerator,
    denominator,
    fault_count,
    checked_count,
    lost_points,
    evidence_count,
    last_occurred_at,
    is_benchmark
from lost
