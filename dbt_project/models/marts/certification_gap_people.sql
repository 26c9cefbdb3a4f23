-- One row per station x rule x person x period: who was looked at, who counts, who does not and why. Names are masked.
select
    cast(district_code as varchar) as district_code,
    cast(town_id as varchar) as town_id,
    cast(period as varchar) as period,
    cast(rule_id as varchar) as rule_id,
    cast(person_id as varchar) as person_id,
    cast(person_name_mask as varchar) as person_name_mask,
    cast(case post_code
        when 'head' then '站长'
        when 'enforcement' then '执法岗'
        when 'rescue' then '救援岗'
        when 'office' then '内勤'
        else '其他'
    end as varchar) as post_zh,
    cast(cert_type as varchar) as cert_type,
    cast(cert_no_mask as varchar) as cert_no_mask,
    cast(cert_status as varchar) as cert_status,
    cast(is_counting as boolean) as counts,
    cast(valid_to_date as date) as valid_to_date,
    cast(next_date as date) as next_date,
    cast(fix_code as varchar) as fix_code,
    cast(fix_zh as varchar) as fix_zh,
    cast(fix_en as varchar) as fix_en,
    cast(landing_ref as varchar) as landing_ref
from {{ ref('int_certification_people') }}
