-- One row per enterprise of any silo: branches, tenants and sole traders are subjects of their own; cancelled firms stay. What
-- the method rates by (is_rated_unit, is_key, staff) is the brigade's register; names, towns and the rest are what stands.
with links as (select * from {{ ref('map_enterprise_records') }}),

records as (
    select stated.*, links.enterprise_id
    from {{ ref('fct_enterprise_records') }} as stated
    inner join links on stated.district_code = links.district_code and stated.record_id = links.record_id
),

firms as (select * from {{ ref('stg_enforcement__enterprises') }}),

register as (
    select
        firms.*,
        map.enterprise_id,
        {{ town_id_of('firms') }} as town_id,
        {{ town_match_of('firms') }} as town_match
    from firms
    inner join {{ ref('map_enterprises_enforcement') }} as map
        on firms.district_code = map.district_code
        and firms.firm_no = map.firm_no
    {{ town_joins('firms', 'LOCAL') }}
    -- one enterprise under two firm numbers: the newest line stands
    qualify row_number() over (
        partition by firms.district_code, map.enterprise_id
        order by firms.batch desc, firms.firm_no desc
    ) = 1
),

industries as (select * from {{ ref('method_enterprise_industries') }}),

industry_words as (select * from {{ ref('ref_industry_words') }}),

status_words as (select * from {{ ref('ref_enterprise_status_words') }}),

numbers as (select * from {{ ref('map_enterprise_numbers') }}),

attributes as (
    {{ standing_values('enterprise', ['firm_name', 'town', 'address', 'point', 'industry', 'status', 'legal_form', 'registered_date']) }}
),

subjects as (
    select
        records.district_code,
        records.enterprise_id,
        case when records.enterprise_id like 'E-%' then cast(null as string) else substr(records.enterprise_id, 2) end as uscc,
        max(case when records.legal_form_word = '分公司' or records.parent_uscc is not null then 1 else 0 end) as is_branch,
        max(case when records.legal_form_word = '个体工商户' then 1 else 0 end) as is_sole_trader,
        max(records.parent_uscc) as parent_uscc,
        -- a landlord's code that is the firm's own says nothing
        max(case when records.landlord_uscc <> substr(records.enterprise_id, 2) then records.landlord_uscc else null end) as landlord_uscc,
        max(records.landlord_number) as landlord_number,
        min(records.valid_from_date) as valid_from_date,
        min_by(records.landing_ref, records.record_id) as first_ref,
        cast(count(*) as integer) as record_count,
        cast(count(distinct records.silo) as integer) as silo_count
    from records
    group by records.district_code, records.enterprise_id
),

ended as (
    select district_code, enterprise_id, min(valid_from_date) as cancelled_date
    from {{ ref('fct_enterprise_versions') }}
    where enterprise_status = 'cancelled'
    group by district_code, enterprise_id
),

placed as (
    select
        subjects.*,
        ended.cancelled_date,
        landlords.enterprise_id as landlord_by_number,
        attributes.firm_name,
        attributes.firm_name_silo,
        attributes.firm_name_ref,
        attributes.town as town_id,
        attributes.town_silo,
        attributes.town_ref,
        attributes.address,
        attributes.address_silo,
        attributes.address_ref,
        attributes.point,
        attributes.point_silo,
        attributes.point_ref,
        attributes.industry as industry_word,
        attributes.industry_silo,
        attributes.industry_ref,
        attributes.status as status_word,
        attributes.status_silo,
        attributes.status_ref,
        attributes.legal_form as legal_form_word,
        register.firm_no,
        register.town_match,
        register.town_code,
        register.town_name,
        register.staff_read_how,
        register.staff_count,
        register.special_operator_count,
        register.revenue_wan,
        register.is_key,
        register.is_major_hazard_source,
        register.landing_ref as register_ref
    from subjects
    left join attributes
        on subjects.district_code = attributes.district_code
        and subjects.enterprise_id = attributes.enterprise_id
    left join register
        on subjects.district_code = register.district_code
        and subjects.enterprise_id = register.enterprise_id
    left join ended
        on subjects.district_code = ended.district_code
        and subjects.enterprise_id = ended.enterprise_id
    left join numbers as landlords
        on subjects.district_code = landlords.district_code
        and subjects.landlord_number = landlords.silo || ':' || landlords.silo_number
)

select
    placed.district_code,
    placed.enterprise_id,
    placed.uscc,
    placed.firm_no,
    placed.firm_name,
    case
        when placed.is_branch = 1 or {{ matches('placed.firm_name', '(分公司|分店|分厂|分部|营业部|办事处)$') }} then 'branch'
        when placed.is_sole_trader = 1 or substr(placed.uscc, 1, 2) = '92' then 'sole_trader'
        when substr(placed.uscc, 1, 2) in ('91', '93') then 'company'
        when placed.uscc is not null then 'institution'
        when placed.firm_name is null then 'unnamed'
        else 'unknown'
    end as subject_kind,
    'E' || placed.parent_uscc as parent_enterprise_id,
    coalesce('E' || placed.landlord_uscc, placed.landlord_by_number) as landlord_enterprise_id,
    placed.town_id,
    coalesce(placed.town_match, 'not_on_register') as town_match,
    placed.town_code,
    placed.town_name,
    coalesce(industry_words.industry_code, 'other') as industry_code,
    placed.industry_word,
    coalesce(industries.risk_class, 'general') as risk_class,
    coalesce(status_words.enterprise_status_code, 'unknown') as enterprise_status,
    placed.legal_form_word,
    placed.address,
    placed.firm_name_silo,
    placed.firm_name_ref,
    placed.town_silo,
    placed.town_ref,
    placed.address_silo,
    placed.address_ref,
    placed.point_silo,
    placed.point_ref,
    placed.industry_silo,
    placed.industry_ref,
    placed.status_silo,
    placed.status_ref,
    placed.staff_read_how,
    placed.staff_count,
    placed.special_operator_count,
    placed.revenue_wan,
    try_cast(split_part(placed.point, ' ', 1) as decimal(10, 6)) as lon,
    try_cast(split_part(placed.point, ' ', 2) as decimal(10, 6)) as lat,
    placed.record_count,
    placed.silo_count,
    industry_words.industry_code is not null as is_industry_known,
    placed.firm_no is not null as is_on_register,
    coalesce(placed.is_key, false) as is_key,
    coalesce(placed.is_major_hazard_source, false) as is_major_hazard_source,
    -- users at major-hazard level are high risk whatever they make (Zhejiang work-safety regulation, art. 11)
    coalesce(industries.risk_class, 'general') = 'high' or coalesce(placed.is_major_hazard_source, false) as is_high_risk,
    -- an unknown status word never removes a firm from the evaluation
    coalesce(status_words.is_active, true) as is_active,
    -- rated is who stands on the brigade's register
    placed.firm_no is not null and coalesce(status_words.is_rated_unit, true) as is_rated_unit,
    placed.valid_from_date,
    -- cancelled: the first day a silo says so, unknown where none names a day
    case
        when status_words.enterprise_status_code = 'cancelled' then placed.cancelled_date
        else cast('9999-12-31' as date)
    end as valid_to_date,
    coalesce(placed.register_ref, placed.firm_name_ref, placed.first_ref) as landing_ref
from placed
left join industry_words on placed.industry_word = industry_words.industry_word
left join industries on coalesce(industry_words.industry_code, 'other') = industries.industry_code
left join status_words on placed.status_word = status_words.enterprise_status_word
