-- One row per station x due station rule x period. Never fewer: a gap is a status.
-- The fix is the cheapest that exists, in the order renew, review, train, recruit; the sentence says how many of each.
with needs as (select * from {{ ref('int_station_rule_needs') }}),

rules as (select * from {{ ref('method_cert_rules') }}),

people as (
    select
        town_id,
        period,
        rule_id,
        cast(sum(case when is_counting then 1 else 0 end) as integer) as valid_count,
        cast(sum(case when held_status is not null or (calc_kind <> 'certificate') then 1 else 0 end) as integer) as held_count,
        cast(sum(case when not is_counting and fix_code = 'renew' then 1 else 0 end) as integer) as renew_count,
        cast(sum(case when not is_counting and fix_code = 'review' then 1 else 0 end) as integer) as review_count,
        cast(sum(case when not is_counting and fix_code = 'train' then 1 else 0 end) as integer) as train_count,
        cast(sum(case when is_counting then 1 else 0 end) as integer) as trainable_count,
        min(case when is_counting then next_date else null end) as next_date
    from {{ ref('int_certification_people') }}
    group by town_id, period, rule_id
),

-- conditions beside the head-count: one of level 4 (ST-12), nobody past the field age (ST-18)
conditions as (
    select
        unit_id as town_id,
        period,
        indicator_code as rule_id,
        cast(sum(case when numerator = 0 then 1 else 0 end) as integer) as unmet_count
    from {{ ref('certification_rule_evidence') }}
    where entity_type = 'requirement'
    group by unit_id, period, indicator_code
),

counted as (
    select
        needs.district_code,
        needs.town_id,
        needs.period,
        needs.need_status,
        rules.*,
        needs.required_count,
        coalesce(people.valid_count, 0) as valid_count,
        coalesce(people.held_count, 0) as held_count,
        coalesce(people.renew_count, 0) as renew_count,
        coalesce(people.review_count, 0) as review_count,
        -- ST-12: those who hold level 5 can be trained for level 4
        coalesce(people.train_count, 0)
        + case when needs.rule_id = 'ST-12' then coalesce(people.trainable_count, 0) else 0 end as train_count,
        case
            when needs.need_status <> 'judged' then 0
            else greatest(needs.required_count - coalesce(people.valid_count, 0), coalesce(conditions.unmet_count, 0), 0)
        end as gap_count,
        people.next_date
    from needs
    inner join rules on needs.rule_id = rules.rule_id
    left join people
        on needs.town_id = people.town_id and needs.period = people.period and needs.rule_id = people.rule_id
    left join conditions
        on needs.town_id = conditions.town_id and needs.period = conditions.period and needs.rule_id = conditions.rule_id
),

renewed as (
    select *, least(gap_count, renew_count) as renew_steps from counted
),

reviewed as (
    select *, least(gap_count - renew_steps, review_count) as review_steps from renewed
),

trained as (
    select *, least(gap_count - renew_steps - review_steps, train_count) as train_steps from reviewed
),

planned as (
    select *, gap_count - renew_steps - review_steps - train_steps as recruit_steps from trained
)

select
    cast(district_code as string) as district_code,
    cast(town_id as string) as town_id,
    cast(period as string) as period,
    cast(rule_id as string) as rule_id,
    cast(post_zh as string) as post_zh,
    cast(requirement_zh as string) as requirement_zh,
    cast(requirement_en as string) as requirement_en,
    cast(cert_type as string) as cert_type,
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
        else 'recruit'
    end as string) as cheapest_fix_code,
    cast(case
        when gap_count = 0 then ''
        else concat_ws(
            '；',
            case when renew_steps > 0 then '换证 ' || cast(renew_steps as string) || ' 人' else null end,
            case when review_steps > 0 then '补审或核实 ' || cast(review_steps as string) || ' 人' else null end,
            case when train_steps > 0 then '培训取证 ' || cast(train_steps as string) || ' 人' else null end,
            case when recruit_steps > 0 then
                case when calc_kind = 'age' then '补充年轻人员或调整岗位 ' else '招录或调入 ' end
                || cast(recruit_steps as string) || ' 人'
                else null
            end
        )
    end as string) as cheapest_fix_zh,
    cast(case
        when gap_count = 0 then ''
        else concat_ws(
            '; ',
            case when renew_steps > 0 then 'renew ' || cast(renew_steps as string) else null end,
            case when review_steps > 0 then 'review or verify ' || cast(review_steps as string) else null end,
            case when train_steps > 0 then 'train ' || cast(train_steps as string) else null end,
            case when recruit_steps > 0 then
                case when calc_kind = 'age' then 'take on younger people or change posts: ' else 'recruit or transfer ' end
                || cast(recruit_steps as string)
                else null
            end
        )
    end as string) as cheapest_fix_en,
    cast(rule_status as string) as rule_status,
    cast(basis as string) as basis
from planned
