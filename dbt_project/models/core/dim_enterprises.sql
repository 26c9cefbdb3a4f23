-- One row per enterprise, from the register. Cancelled firms stay here and are no rated unit.
with firms as (
    select *
    from {{ ref('stg_enforcement__enterprises') }}
    where uscc is not null
    -- one credit code under two firm numbers: the newest line stands
    qualify row_number() over (partition by district_code, uscc order by batch desc, firm_no desc) = 1
),

placed as (
    select
        firms.*,
        {{ town_id_of('firms') }} as town_id,
        {{ town_match_of('firms') }} as town_match
    from firms
    {{ town_joins('firms', 'LOCAL') }}
),

industries as (select * from {{ ref('method_enterprise_industries') }}),

industry_words as (select * from {{ ref('ref_industry_words') }}),

status_words as (select * from {{ ref('ref_enterprise_status_words') }})

select
    placed.district_code,
    'E' || placed.uscc as enterprise_id,
    placed.uscc,
    placed.firm_no,
    placed.firm_name,
    placed.town_id,
    placed.town_match,
    placed.town_code,
    placed.town_name,
    coalesce(industry_words.industry_code, 'other') as industry_code,
    placed.industry_word,
    coalesce(industries.risk_class, 'general') as risk_class,
    coalesce(status_words.enterprise_status_code, 'unknown') as enterprise_status,
    placed.address,
    placed.staff_read_how,
    placed.staff_count,
    placed.special_operator_count,
    placed.revenue_wan,
    placed.lon,
    placed.lat,
    industry_words.industry_code is not null as is_industry_known,
    coalesce(placed.is_key, false) as is_key,
    coalesce(placed.is_major_hazard_source, false) as is_major_hazard_source,
    -- users at major-hazard level are high risk whatever they make (Zhejiang work-safety regulation, art. 11)
    coalesce(industries.risk_class, 'general') = 'high' or coalesce(placed.is_major_hazard_source, false) as is_high_risk,
    -- an unknown status word never removes a firm from the evaluation
    coalesce(status_words.is_active, true) as is_active,
    coalesce(status_words.is_rated_unit, true) as is_rated_unit,
    placed.landing_ref
from placed
left join industry_words on placed.industry_word = industry_words.industry_word
left join industries on coalesce(industry_words.industry_code, 'other') = industries.industry_code
left join status_words on placed.enterprise_status_word = status_words.enterprise_status_word
