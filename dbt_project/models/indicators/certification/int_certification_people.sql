-- One row per station rule x person x period of the evidence, with what is held, whether it counts and the cheapest fix.
{{ config(materialized='table') }}
with evidence as (
    select * from {{ ref('certification_rule_evidence') }} where entity_type = 'person'
),

rules as (select * from {{ ref('method_cert_rules') }} where scope = 'station'),

staff as (select * from {{ ref('int_station_staff') }}),

certificates as (select * from {{ ref('int_person_certificates') }}),

joined as (
    select
        evidence.district_code,
        evidence.unit_id as town_id,
        evidence.period,
        rules.rule_id,
        rules.calc_kind,
        rules.cert_type,
        evidence.entity_id as person_id,
        staff.person_name_mask,
        staff.post_code,
        staff.not_counted_reason,
        staff.is_part_time,
        staff.is_auxiliary,
        certificates.cert_no_mask,
        certificates.cert_status as held_status,
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
    inner join rules on evidence.indicator_code = rules.rule_id
    inner join staff
        on evidence.unit_id = staff.town_id
        and evidence.period = staff.period
        and evidence.entity_id = staff.person_id
    left join certificates
        on rules.cert_type_code = certificates.cert_type_code
        and evidence.period = certificates.period
        and evidence.entity_id = certificates.person_id
),

judged as (
    select
        *,
        case
            when calc_kind = 'age' then 'none'
            when calc_kind = 'headcount' then case when is_counting then 'none' else 'not_counted' end
            when held_status is null then 'none'
            when not is_eligible and held_status in ('valid', 'expiring') then 'not_counted'
            else held_status
        end as cert_status,
        case
            when calc_kind in ('headcount', 'age') then 'none'
            when not is_eligible then 'none'
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
        when not is_eligible and rule_id = 'ST-01' then '非专职，不计入'
        when not is_eligible and is_auxiliary then '辅助人员，不计入执法证人数'
        when not is_eligible and is_part_time then '兼职，不计入执法证人数'
        when not is_eligible then '非在编，不计入执法证人数'
        when rule_id = 'ST-07' and fix_code = 'renew' then '在 ' || cast(next_date as string) || ' 前申领执法证'
        when rule_id = 'ST-07' and fix_code = 'train' then '执法资格已过期，重新考试'
        when held_status = 'unverifiable' then '请发证机关核实证件编号和有效期'
        when held_status = 'mismatch' then '核对证件上的姓名和身份证号'
        when fix_code = 'renew' and is_counting then '有效，' || cast(valid_to_date as string) || ' 到期，提前换证'
        when fix_code = 'renew' then cast(valid_to_date as string) || ' 已过期，换证'
        when fix_code = 'review' and is_counting then '有效，' || cast(review_due_date as string) || ' 前复审'
        when fix_code = 'review' then '应于 ' || cast(review_due_date as string) || ' 前复审，尽快补审'
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
        when not is_eligible and rule_id = 'ST-01' then 'not full-time, does not count'
        when not is_eligible and is_auxiliary then 'auxiliary, never counts as an officer'
        when not is_eligible and is_part_time then 'part-time, does not count as an officer'
        when not is_eligible then 'not in quota, does not count as an officer'
        when rule_id = 'ST-07' and fix_code = 'renew' then 'apply for the certificate before ' || cast(next_date as string)
        when rule_id = 'ST-07' and fix_code = 'train' then 'the qualification has lapsed: sit the exam again'
        when held_status = 'unverifiable' then 'ask the issuer to confirm number and validity'
        when held_status = 'mismatch' then 'check name and identity number on the certificate'
        when fix_code = 'renew' and is_counting then 'valid, ends ' || cast(valid_to_date as string) || ': renew in time'
        when fix_code = 'renew' then 'ended ' || cast(valid_to_date as string) || ': renew'
        when fix_code = 'review' and is_counting then 'valid, review by ' || cast(review_due_date as string)
        when fix_code = 'review' then 'review was due ' || cast(review_due_date as string) || ': have it reviewed'
        when is_counting then 'counts'
        when held_status = 'revoked' then 'revoked: train and obtain a new one'
        when held_status in ('valid', 'expiring') then 'level too low: train for a higher one'
        else 'train and obtain the certificate'
    end as fix_en
from judged
