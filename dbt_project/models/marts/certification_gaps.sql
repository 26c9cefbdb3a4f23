-- One row per unit x due rule that binds it x period. Never fewer: a gap is a status. A unit is a station, a town fire team, a firm, a
-- civil team or the pool of experts. The fix is the cheapest that exists, in the order renew, review, train, and then what the rule's
-- row says of the rest (recruit, train, arrange); the sentence says how many of each.
with needs as (select * from {{ ref('int_certification_needs') }}),

rules as (select * from {{ ref('method_cert_rules') }}),

units as (select * from {{ ref('int_certification_units') }}),

people as (
    select
        unit_id,
        period,
        rule_id,
        cast(sum(case when held_status is not null or (calc_kind <> 'certificate') then 1 else 0 end) as integer) as held_count,
        cast(sum(case when not is_counting and fix_code = 'renew' then 1 else 0 end) as integer) as renew_count,
        cast(sum(case when not is_counting and fix_code = 'review' then 1 else 0 end) as integer) as review_count,
        cast(sum(case when not is_counting and fix_code = 'train' then 1 else 0 end) as integer) as train_count,
        min(case when is_counting then next_date else null end) as next_date
    from {{ ref('int_certification_people') }}
    group by unit_id, period, rule_id
),

counted as (
    select
        needs.district_code,
        needs.unit_id,
        needs.period,
        needs.need_status,
        units.town_id,
        units.unit_name_zh,
        units.unit_name_en,
        rules.*,
        needs.required_count,
        needs.valid_count,
        coalesce(people.held_count, 0) as held_count,
        -- fields are not mended person by person
        case when rules.calc_kind = 'fields' then 0 else coalesce(people.renew_count, 0) end as renew_count,
        case when rules.calc_kind = 'fields' then 0 else coalesce(people.review_count, 0) end as review_count,
        coalesce(people.train_count, 0) as train_count,
        case when needs.need_status = 'judged' then greatest(needs.required_count - needs.valid_count, 0) else 0 end as missing_count,
        case when needs.need_status = 'judged' then needs.unmet_count else 0 end as unmet_count,
        people.next_date
    from needs
    inner join rules on needs.rule_id = rules.rule_id
    inner join units on needs.scope = units.scope and needs.district_code = units.district_code and needs.unit_id = units.unit_id
    left join people
        on needs.unit_id = people.unit_id and needs.period = people.period and needs.rule_id = people.rule_id
),

renewed as (
    select *, greatest(missing_count, unmet_count) as gap_count, least(missing_count, renew_count) as renew_steps from counted
),

reviewed as (
    select *, least(missing_count - renew_steps, review_count) as review_steps from renewed
),

trained as (
    select *, least(missing_count - renew_steps - review_steps, train_count) as train_steps from reviewed
),

-- conditions beside the heads (one of level 4, nobody past the field age, a site, a department): mended by themselves where no rule
-- row says how, as people are
planned as (
    select
        *,
        missing_count - renew_steps - review_steps - train_steps as rest_steps,
        case when condition_fix_code is null then 0 else unmet_count end as condition_steps
    from trained
)

select
    cast(district_code as string) as district_code,
    cast(scope as string) as scope,
    cast(unit_id as string) as unit_id,
    cast(unit_name_zh as string) as unit_name_zh,
    cast(unit_name_en as string) as unit_name_en,
    cast(town_id as string) as town_id,
    cast(period as string) as period,
    cast(rule_id as string) as rule_id,
    cast(post_zh as string) as post_zh,
    cast(requirement_zh as string) as requirement_zh,
    cast(requirement_en as string) as requirement_en,
    cast(cert_type as string) as cert_type,
    cast(counted_zh as string) as counted_zh,
    cast(counted_en as string) as counted_en,
    cast(case
        when need_status <> 'judged' then need_status
        when gap_count > 0 then 'short'
        else 'met'
    end as string) as gap_status,
    cast(severity as string) as severity,
    cast(case when gap_count > 0 then reason_code else '' end as string) as reason_code,
    cast(required_count as integer) as required_count,
    cast(valid_count as integer) as valid_count,
    cast(gap_count as integer) as gap_count,
    cast(held_count as integer) as held_count,
    cast(next_date as date) as next_date,
    cast(case
        when gap_count = 0 then 'none'
        when renew_steps > 0 then 'renew'
        when review_steps > 0 then 'review'
        when train_steps > 0 then 'train'
        when rest_steps > 0 then rest_fix_code
        else condition_fix_code
    end as string) as cheapest_fix_code,
    cast(case
        when gap_count = 0 then ''
        else concat_ws(
            '；',
            case when renew_steps > 0 then case calc_kind when 'cover' then '续保 ' else '换证 ' end || cast(renew_steps as string) || ' 人' else null end,
            case when review_steps > 0 then '补审或核实 ' || cast(review_steps as string) || ' 人' else null end,
            case when train_steps > 0 then
                case when calc_kind in ('hours', 'course') then '补训 ' else '培训取证 ' end || cast(train_steps as string) || ' 人'
                else null
            end,
            case when rest_steps > 0 then replace(rest_fix_zh, '{n}', cast(rest_steps as string)) else null end,
            case when condition_steps > 0 then replace(condition_fix_zh, '{n}', cast(condition_steps as string)) else null end
        )
    end as string) as cheapest_fix_zh,
    cast(case
        when gap_count = 0 then ''
        else concat_ws(
            '; ',
            case when renew_steps > 0 then 'renew ' || cast(renew_steps as string) else null end,
            case when review_steps > 0 then 'review or verify ' || cast(review_steps as string) else null end,
            case when train_steps > 0 then 'train ' || cast(train_steps as string) else null end,
            case when rest_steps > 0 then replace(rest_fix_en, '{n}', cast(rest_steps as string)) else null end,
            case when condition_steps > 0 then replace(condition_fix_en, '{n}', cast(condition_steps as string)) else null end
        )
    end as string) as cheapest_fix_en,
    cast(rule_status as string) as rule_status,
    cast(basis as string) as basis
from planned
