-- One row per unit x rule x person x period of the evidence, with what is held, whether it counts and the cheapest fix.
{{ config(materialized='table') }}
with evidence as (
    select * from {{ ref('certification_rule_evidence') }} where entity_type = 'person'
),

rules as (select * from {{ ref('method_cert_rules') }}),

staff as (select * from {{ ref('int_station_staff') }}),

certificates as (select * from {{ ref('int_person_certificates') }}),

holdings as (
    select
        district_code, unit_id, period, rule_id, person_id, person_name_mask, post_word, cert_no_mask, held_status, is_eligible,
        hours, hours_needed, cast(null as integer) as level_number, valid_to_date, cast(null as date) as review_due_date, next_date
    from {{ ref('int_station_holdings') }}
    union all
    select
        district_code, unit_id, period, rule_id, person_id, person_name_mask, post_word, cert_no_mask, held_status, is_eligible,
        hours, hours_needed, level_number, valid_to_date, review_due_date, next_date
    from {{ ref('int_enterprise_holdings') }}
    union all
    select
        district_code, unit_id, period, rule_id, person_id, person_name_mask, post_word, cert_no_mask, held_status, is_eligible,
        cast(null as decimal(9, 2)), cast(null as decimal(9, 2)), cast(null as integer), valid_to_date, cast(null as date), next_date
    from {{ ref('int_team_holdings') }}
),

-- the rules of stations on heads, ages and certificates: the roster and the certificates of its people
of_rosters as (
    select
        evidence.district_code,
        evidence.unit_id,
        evidence.period,
        rules.rule_id,
        rules.scope,
        rules.calc_kind,
        rules.cert_type,
        evidence.entity_id as person_id,
        staff.person_name_mask,
        staff.post_code as post_word,
        staff.not_counted_reason,
        staff.is_part_time,
        staff.is_auxiliary,
        certificates.cert_no_mask,
        certificates.cert_status as held_status,
        cast(null as decimal(9, 2)) as hours,
        cast(null as decimal(9, 2)) as hours_needed,
        certificates.level_number,
        evidence.numerator = 1 as is_counting,
        -- would this person count with a valid certificate?
        case
            when not staff.is_counted then false
            when rules.calc_kind <> 'certificate' then false
            when rules.rule_id = 'ST-01' then staff.is_full_time
            when rules.rule_id in ('ST-02', 'ST-03') then staff.is_in_quota
            else true
        end as is_eligible,
        certificates.valid_to_date,
        certificates.review_due_date,
        certificates.next_date,
        evidence.landing_ref
    from evidence
    inner join rules
        on evidence.indicator_code = rules.rule_id
        and rules.scope = 'station'
        and rules.calc_kind in ('headcount', 'certificate', 'age')
    inner join staff
        on evidence.unit_id = staff.town_id
        and evidence.period = staff.period
        and evidence.entity_id = staff.person_id
    left join certificates
        on rules.cert_type_code = certificates.cert_type_code
        and evidence.period = certificates.period
        and evidence.entity_id = certificates.person_id
),

-- all other rules on people: what the holdings say
of_holdings as (
    select
        evidence.district_code,
        evidence.unit_id,
        evidence.period,
        rules.rule_id,
        rules.scope,
        rules.calc_kind,
        rules.cert_type,
        evidence.entity_id as person_id,
        holdings.person_name_mask,
        holdings.post_word,
        '' as not_counted_reason,
        false as is_part_time,
        false as is_auxiliary,
        holdings.cert_no_mask,
        holdings.held_status,
        holdings.hours,
        holdings.hours_needed,
        holdings.level_number,
        -- EX-01 counts fields; its people count when theirs is covered by them
        case
            when rules.calc_kind = 'fields' then holdings.is_eligible and holdings.held_status in ('valid', 'expiring')
            else evidence.numerator = 1
        end as is_counting,
        holdings.is_eligible,
        holdings.valid_to_date,
        holdings.review_due_date,
        holdings.next_date,
        evidence.landing_ref
    from evidence
    inner join rules on evidence.indicator_code = rules.rule_id
    inner join holdings
        on evidence.district_code = holdings.district_code
        and evidence.unit_id = holdings.unit_id
        and evidence.period = holdings.period
        and evidence.indicator_code = holdings.rule_id
        and evidence.entity_id = holdings.person_id
),

joined as (
    select * from of_rosters
    union all
    select * from of_holdings
),

judged as (
    select
        *,
        case
            when calc_kind = 'age' then 'none'
            when calc_kind in ('headcount', 'safety_headcount') then
                case
                    when is_counting then 'none'
                    when rule_id = 'EN-09' and is_eligible then held_status
                    else 'not_counted'
                end
            when held_status is null then 'none'
            when not is_eligible and held_status in ('valid', 'expiring') then 'not_counted'
            else held_status
        end as cert_status,
        case
            when calc_kind in ('headcount', 'age') then 'none'
            when calc_kind = 'safety_headcount' and rule_id <> 'EN-09' then 'none'
            when not is_eligible then 'none'
            when calc_kind in ('hours', 'course') then case when is_counting and held_status <> 'expiring' then 'none' else 'train' end
            when calc_kind = 'cover' and held_status = 'none' then 'arrange'
            -- ST-07: a qualification about to lapse is turned into a certificate, a lapsed one is sat again
            when rule_id = 'ST-07' and held_status = 'expiring' then 'renew'
            when rule_id = 'ST-07' and held_status = 'expired' then 'train'
            -- counts today, and something is due soon
            when held_status = 'expiring' and review_due_date is not null and review_due_date = next_date then 'review'
            when held_status = 'expiring' then 'renew'
            when is_counting then 'none'
            when held_status = 'expired' then 'renew'
            when held_status in ('review_overdue', 'unverifiable', 'mismatch') then 'review'
            else 'train'
        end as fix_code
    from joined
)

select
    *,
    case
        when not_counted_reason = 'left' then '已离职，不计入'
        when not_counted_reason = 'other_unit' then '最近社保月在其他站所，在彼处计入'
        when not_counted_reason <> '' then '同一人多行，只计一次'
        when calc_kind = 'headcount' then '计入'
        when calc_kind = 'age' then case when is_counting then '计入' else '年龄超过比例口径，补充年轻人员或调整岗位' end
        when calc_kind = 'safety_headcount' and is_counting then '计入'
        when calc_kind = 'safety_headcount' and not is_eligible then '兼职，本规则只计专职'
        when calc_kind = 'fields' and not is_eligible then '非高级职称或注册安全工程师，不计入'
        when calc_kind = 'fields' and held_status = 'expired' then cast(valid_to_date as string) || ' 聘期已满，续聘'
        when calc_kind = 'fields' and held_status = 'expiring' then cast(valid_to_date as string) || ' 聘期将满，续聘'
        when calc_kind = 'fields' and not is_counting then '聘期未填，请核实'
        when calc_kind = 'hours' and is_counting then '已学 ' || cast(hours as string) || ' 学时，计入'
        when calc_kind = 'hours' then '已学 ' || cast(hours as string) || ' 学时，应学 ' || cast(hours_needed as string) || ' 学时，补足'
        when rule_id = 'ST-10' and not is_eligible then '应于 ' || cast(next_date as string) || ' 前完成岗前培训'
        when rule_id = 'ST-10' and is_counting then '按期完成岗前培训，计入'
        when rule_id = 'ST-10' and valid_to_date is not null then cast(valid_to_date as string) || ' 才参加岗前培训，已逾期，重新组织'
        when rule_id = 'ST-10' then '应于 ' || cast(next_date as string) || ' 前完成岗前培训，尽快补训'
        when calc_kind = 'course' and not is_eligible then '应于 ' || cast(next_date as string) || ' 前轮训'
        when calc_kind = 'course' and held_status = 'none' then '入职以来没有轮训记录，安排轮训'
        when calc_kind = 'course' and not is_counting then '上次轮训 ' || cast(valid_to_date as string) || ' 满三年，安排轮训'
        when calc_kind = 'course' and held_status = 'expiring' then cast(valid_to_date as string) || ' 前再次轮训'
        when calc_kind = 'cover' and held_status = 'none' then '没有意外伤害保险，投保'
        when calc_kind = 'cover' and held_status = 'expired' then '保险 ' || cast(valid_to_date as string) || ' 已到期，续保'
        when calc_kind = 'cover' and held_status = 'expiring' then '保险 ' || cast(valid_to_date as string) || ' 到期，提前续保'
        when not is_eligible and rule_id = 'EN-01' then '任职未满 6 个月，应于 ' || cast(next_date as string) || ' 前考核合格'
        when not is_eligible and rule_id = 'ST-01' then '非专职，不计入'
        when not is_eligible and is_auxiliary then '辅助人员，不计入执法证人数'
        when not is_eligible and is_part_time then '兼职，不计入执法证人数'
        when not is_eligible then '非在编，不计入执法证人数'
        when rule_id = 'ST-07' and fix_code = 'renew' then '在 ' || cast(next_date as string) || ' 前申领执法证'
        when rule_id = 'ST-07' and fix_code = 'train' then '执法资格已过期，重新考试'
        when held_status = 'unverifiable' then '请发证机关核实证件编号和有效期'
        when held_status = 'mismatch' then '核对证件上的姓名和身份证号'
        when fix_code = 'renew' and is_counting then '有效，' || coalesce(cast(valid_to_date as string), cast(next_date as string)) || ' 到期，提前换证'
        when fix_code = 'renew' then coalesce(cast(valid_to_date as string) || ' ', '') || '已过期，换证'
        when fix_code = 'review' and is_counting then '有效，' || cast(review_due_date as string) || ' 前复审'
        when fix_code = 'review' then '应于 ' || coalesce(cast(review_due_date as string), cast(next_date as string)) || ' 前复审，尽快补审'
        when is_counting then '计入'
        when held_status = 'revoked' then '原证已注销，重新培训取证'
        when held_status in ('valid', 'expiring') then '证件等级不足，培训晋级'
        else '培训取证'
    end as fix_zh,
    case
        when not_counted_reason = 'left' then 'left the station, does not count'
        when not_counted_reason = 'other_unit' then 'insured most recently at another station, counts there'
        when not_counted_reason <> '' then 'listed twice, counts once'
        when calc_kind = 'headcount' then 'counts'
        when calc_kind = 'age' then case when is_counting then 'counts' else 'past the age limit: take on younger people or change the post' end
        when calc_kind = 'safety_headcount' and is_counting then 'counts'
        when calc_kind = 'safety_headcount' and not is_eligible then 'part-time: this rule counts full-time officers only'
        when calc_kind = 'fields' and not is_eligible then 'neither a senior title nor a registered safety engineer, does not count'
        when calc_kind = 'fields' and held_status = 'expired' then 'the term ended ' || cast(valid_to_date as string) || ': appoint again'
        when calc_kind = 'fields' and held_status = 'expiring' then 'the term ends ' || cast(valid_to_date as string) || ': appoint again'
        when calc_kind = 'fields' and not is_counting then 'no end of the term is given: confirm it'
        when calc_kind = 'hours' and is_counting then 'learned ' || cast(hours as string) || ' hours, counts'
        when calc_kind = 'hours' then 'learned ' || cast(hours as string) || ' of ' || cast(hours_needed as string) || ' hours: complete them'
        when rule_id = 'ST-10' and not is_eligible then 'to be inducted by ' || cast(next_date as string)
        when rule_id = 'ST-10' and is_counting then 'inducted in time, counts'
        when rule_id = 'ST-10' and valid_to_date is not null then 'inducted only on ' || cast(valid_to_date as string) || ', too late: hold it again'
        when rule_id = 'ST-10' then 'induction was due ' || cast(next_date as string) || ': hold it now'
        when calc_kind = 'course' and not is_eligible then 'to be rotated through training by ' || cast(next_date as string)
        when calc_kind = 'course' and held_status = 'none' then 'never rotated through training: send to the course'
        when calc_kind = 'course' and not is_counting then 'the last rotation ran out ' || cast(valid_to_date as string) || ': send to the course'
        when calc_kind = 'course' and held_status = 'expiring' then 'rotate again by ' || cast(valid_to_date as string)
        when calc_kind = 'cover' and held_status = 'none' then 'no accident insurance: insure'
        when calc_kind = 'cover' and held_status = 'expired' then 'the insurance ended ' || cast(valid_to_date as string) || ': renew it'
        when calc_kind = 'cover' and held_status = 'expiring' then 'the insurance ends ' || cast(valid_to_date as string) || ': renew in time'
        when not is_eligible and rule_id = 'EN-01' then 'appointed less than 6 months ago, to be assessed by ' || cast(next_date as string)
        when not is_eligible and rule_id = 'ST-01' then 'not full-time, does not count'
        when not is_eligible and is_auxiliary then 'auxiliary, never counts as an officer'
        when not is_eligible and is_part_time then 'part-time, does not count as an officer'
        when not is_eligible then 'not in quota, does not count as an officer'
        when rule_id = 'ST-07' and fix_code = 'renew' then 'apply for the certificate before ' || cast(next_date as string)
        when rule_id = 'ST-07' and fix_code = 'train' then 'the qualification has lapsed: sit the exam again'
        when held_status = 'unverifiable' then 'ask the issuer to confirm number and validity'
        when held_status = 'mismatch' then 'check name and identity number on the certificate'
        when fix_code = 'renew' and is_counting then 'valid, ends ' || coalesce(cast(valid_to_date as string), cast(next_date as string)) || ': renew in time'
        when fix_code = 'renew' then coalesce('ended ' || cast(valid_to_date as string), 'ended') || ': renew'
        when fix_code = 'review' and is_counting then 'valid, review by ' || cast(review_due_date as string)
        when fix_code = 'review' then 'review was due ' || coalesce(cast(review_due_date as string), cast(next_date as string)) || ': have it reviewed'
        when is_counting then 'counts'
        when held_status = 'revoked' then 'revoked: train and obtain a new one'
        when held_status in ('valid', 'expiring') then 'level too low: train for a higher one'
        else 'train and obtain the certificate'
    end as fix_en
from judged
