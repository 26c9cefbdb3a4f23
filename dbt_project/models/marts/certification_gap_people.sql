-- One row per unit x rule x person x period: who was looked at, who counts, who does not and why. Names are masked.
select
    cast(district_code as string) as district_code,
    cast(scope as string) as scope,
    cast(unit_id as string) as unit_id,
    cast(case when scope = 'station' then unit_id else null end as string) as town_id,
    cast(period as string) as period,
    cast(rule_id as string) as rule_id,
    cast(person_id as string) as person_id,
    cast(person_name_mask as string) as person_name_mask,
    cast(case post_word
        when 'head' then '站长'
        when 'enforcement' then '执法岗'
        when 'rescue' then '救援岗'
        when 'office' then '内勤'
        when 'other' then '其他'
        else coalesce(post_word, '其他')
    end as string) as post_zh,
    cast(cert_type as string) as cert_type,
    cast(cert_no_mask as string) as cert_no_mask,
    cast(cert_status as string) as cert_status,
    cast(is_counting as boolean) as counts,
    cast(valid_to_date as date) as valid_to_date,
    cast(next_date as date) as next_date,
    cast(fix_code as string) as fix_code,
    cast(fix_zh as string) as fix_zh,
    cast(fix_en as string) as fix_en,
    cast(landing_ref as string) as landing_ref
from {{ ref('int_certification_people') }}
