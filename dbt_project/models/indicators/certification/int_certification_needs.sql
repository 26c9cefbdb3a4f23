{{ config(materialized='table') }}
-- One row per unit x rule that binds it x period: how many are required, how many count, how many conditions are not met, and whether
-- the rule can be judged. What is required of stations by load and by certificates is in int_station_rule_needs.
with bindings as (select * from {{ ref('int_certification_bindings') }}),

rules as (select * from {{ ref('method_cert_rules') }}),

evidence as (
    select
        district_code,
        unit_id,
        period,
        indicator_code as rule_id,
        cast(sum(case when entity_type = 'requirement' then 0 else numerator end) as integer) as valid_count,
        sum(case when entity_type = 'requirement' then 0 else denominator end) as asked_count,
        cast(sum(case when entity_type = 'requirement' then 1 else 0 end) as integer) as condition_count,
        cast(sum(case when entity_type = 'requirement' and numerator = 0 then 1 else 0 end) as integer) as unmet_count
    from {{ ref('certification_rule_evidence') }}
    group by district_code, unit_id, period, indicator_code
),

needs as (
    select
        bindings.scope,
        bindings.district_code,
        bindings.unit_id,
        bindings.period,
        bindings.rule_id,
        cast(coalesce(ceil(
            -- half of the members, all of the operators; a share that is a condition of its own does not count heads
            case when rules.calc_kind = 'certificate' then coalesce(rules.required_share, 1) else 1 end * evidence.asked_count
        ), 0) as integer) as required_count,
        case
            when not bindings.is_reported then 'not_reported'
            when coalesce(evidence.asked_count, 0) = 0 and coalesce(evidence.condition_count, 0) = 0 then 'not_applicable'
            else 'judged'
        end as need_status
    from bindings
    inner join rules on bindings.rule_id = rules.rule_id
    left join evidence
        on bindings.district_code = evidence.district_code
        and bindings.unit_id = evidence.unit_id
        and bindings.period = evidence.period
        and bindings.rule_id = evidence.rule_id
    union all
    select 'station', district_code, town_id, period, rule_id, required_count, need_status
    from {{ ref('int_station_rule_needs') }}
)

select
    needs.*,
    coalesce(evidence.valid_count, 0) as valid_count,
    coalesce(evidence.unmet_count, 0) as unmet_count
from needs
left join evidence
    on needs.district_code = evidence.district_code
    and needs.unit_id = evidence.unit_id
    and needs.period = evidence.period
    and needs.rule_id = evidence.rule_id
