-- EV07: one row per hazardous chemical a hazchem firm holds in the last month of the period while no licence of it is in force on the last
-- day, and per entry for work without licence on a list of dishonesty. A firm that reports no stock is not proven to deal in any.
with licences as (
    select * from {{ ref('fct_firm_licences') }}
    where enterprise_id is not null and status_word = '有效' and (kind_word like '%危险化学品%' or kind_word = '安全生产许可证')
),

stocks as (
    select facts.*, periods.period, periods.end_date
    from {{ ref('fct_firm_chemicals') }} as facts
    inner join {{ ref('dim_periods') }} as periods
        on facts.district_code = periods.district_code
        and facts.report_month = replace(substr(cast(periods.end_date as string), 1, 7), '-', '')
    inner join {{ ref('dim_enterprises') }} as firms on facts.enterprise_id = firms.enterprise_id
    inner join {{ ref('method_enterprise_industries') }} as industries
        on firms.industry_code = industries.industry_code and industries.is_hazchem
    where facts.stock_kg > 0
),

unlicensed as (
    select stocks.*
    from stocks
    left join licences
        on stocks.enterprise_id = licences.enterprise_id
        and coalesce(licences.issued_date <= stocks.end_date, true)
        and coalesce(licences.valid_to_date >= stocks.end_date, true)
    where licences.licence_no is null
)

select
{{ evidence('EV07', 'enterprise_id', 'stock', 'stock_id', '1', '1') }}
from unlicensed
union all
{{ veto_while_listed('EV07', "listings.reason_code = 'unlicensed'") }}
