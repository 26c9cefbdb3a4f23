-- EN-10: one row per firm of hazardous chemicals or metal smelting that reports its safety staff: the registered safety engineers it
-- has, and 15 % of its safety staff, at least one, that it must have.
with reports as (select * from {{ ref('fct_firm_organisations') }}),

firms as (
    select enterprises.*
    from {{ ref('dim_enterprises') }} as enterprises
    inner join {{ ref('method_enterprise_industries') }} as industries on enterprises.industry_code = industries.industry_code
    where enterprises.is_rated_unit and (industries.is_hazchem or enterprises.industry_code = 'metal_smelt')
),

officers as (
    select enterprise_id, period, cast(count(distinct person_id) as integer) as officer_count
    from {{ ref('fct_safety_officers') }}
    where is_safety_officer
    group by enterprise_id, period
),

judged as (
    select
        firms.district_code,
        firms.enterprise_id,
        periods.period,
        coalesce(reports.safety_engineer_count, 0) as engineer_count,
        greatest(rules.required_min, cast(ceil(rules.required_share * coalesce(officers.officer_count, 0)) as integer)) as required_count,
        reports.landing_ref
    from firms
    inner join reports on firms.district_code = reports.district_code and firms.enterprise_id = reports.enterprise_id
    inner join {{ ref('dim_periods') }} as periods on firms.district_code = periods.district_code
    cross join (select * from {{ ref('method_cert_rules') }} where rule_id = 'EN-10') as rules
    left join officers on firms.enterprise_id = officers.enterprise_id and periods.period = officers.period
    qualify row_number() over (partition by firms.district_code, firms.enterprise_id, periods.period order by reports.enterprise_no) = 1
)

select
{{ evidence('EN-10', 'enterprise_id', 'enterprise', 'enterprise_id', 'engineer_count', 'required_count') }}
from judged
