-- EN-20: one row per crowded or high-risk firm that reports its rescue staff; met by a team, below 100 people also by people named and
-- an agreement.
with reports as (select * from {{ ref('fct_firm_rescue_staff') }}),

judged as (
    select
        firms.district_code,
        firms.enterprise_id,
        periods.period,
        rules.required_min,
        case
            when reports.rescue_kind = 'team' then 1
            when reports.rescue_kind = 'named' and reports.has_agreement and firms.staff_count < rules.staff_below then 1
            else 0
        end as is_met,
        reports.landing_ref
    from {{ ref('dim_enterprises') }} as firms
    inner join reports on firms.district_code = reports.district_code and firms.enterprise_id = reports.enterprise_id
    inner join {{ ref('dim_periods') }} as periods on firms.district_code = periods.district_code
    cross join (select * from {{ ref('method_cert_rules') }} where rule_id = 'EN-20') as rules
    where firms.is_rated_unit and (firms.is_high_risk or firms.industry_code = 'crowded')
    qualify row_number() over (partition by firms.district_code, firms.enterprise_id, periods.period order by reports.enterprise_no) = 1
)

select
{{ evidence('EN-20', 'enterprise_id', 'enterprise', 'enterprise_id', 'is_met', 'required_min') }}
from judged
