-- E104: one row per year of the three to period end that the firm reported; numerator = used, denominator = due: the sum over the
-- brackets of its sector's rate on the revenue, by the rates in force at the end of that year. The running year is due by the
-- quarters gone by, and only where it was stated with the quarter. The sector follows from the industry; among several the
-- firm's own word chooses. A revenue nobody can read: what the firm says is due. Spending not stated is no spending.
with funds as (select * from {{ ref('fct_firm_safety_funds') }} where enterprise_id is not null),

firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

periods as (
    select
        *,
        cast(substr(period, 1, 4) as integer) as period_year,
        cast(substr(period, 6, 1) as integer) as quarter_number
    from {{ ref('dim_periods') }}
),

sectors as (select * from {{ ref('method_safety_fund_sectors') }}),

rates as (select * from {{ ref('method_safety_fund_rates') }}),

item as (
    select max(window_months) as window_months, max(window_days) as window_days
    from {{ ref('method_enterprise_items') }} where item_code = 'E104'
),

stated as (
    select
        funds.district_code,
        funds.fund_id,
        funds.enterprise_id,
        periods.period,
        sectors.sector,
        cast(cast(funds.fund_year as string) || '-12-31' as date) as year_end,
        cast(funds.revenue_wan as decimal(18, 4)) as revenue_wan,
        funds.due_wan,
        coalesce(funds.used_wan, 0) as used_wan,
        case when funds.fund_year = periods.period_year then periods.quarter_number else 4 end as quarters_gone,
        funds.updated_at,
        funds.landing_ref
    from funds
    inner join firms on funds.enterprise_id = firms.enterprise_id
    cross join item
    inner join periods
        on funds.district_code = periods.district_code
        and funds.fund_year <= periods.period_year
        and 12 * (periods.period_year - funds.fund_year) < item.window_months
        and (
            funds.fund_year < periods.period_year
            or {{ local_date('funds.updated_at') }} <= {{ add_days('periods.end_date', 'item.window_days') }}
        )
    inner join sectors
        on firms.industry_code = sectors.industry_code
        and {{ last_day() }} between sectors.effective_from and sectors.effective_to
        and (sectors.sector_word = funds.sector_word or sectors.preference = 1)
    qualify row_number() over (
        partition by funds.fund_id, periods.period
        order by case when sectors.sector_word = funds.sector_word then 0 else 1 end, sectors.preference
    ) = 1
),

owed as (
    select
        stated.fund_id,
        stated.period,
        cast(sum(
            (least(stated.revenue_wan, coalesce(rates.bracket_to_wan, stated.revenue_wan)) - rates.bracket_from_wan)
            * rates.rate_pct / 100
        ) as decimal(18, 6)) as owed_wan
    from stated
    inner join rates
        on stated.sector = rates.sector
        and stated.revenue_wan > rates.bracket_from_wan
        and stated.year_end between rates.effective_from and rates.effective_to
    group by stated.fund_id, stated.period
),

counted as (
    select
        stated.*,
        cast(coalesce(owed.owed_wan, stated.due_wan) * stated.quarters_gone / 4 as decimal(18, 6)) as counted_wan
    from stated
    left join owed on stated.fund_id = owed.fund_id and stated.period = owed.period
)

select
{{ evidence('E104', 'enterprise_id', 'fund_year', 'fund_id', 'used_wan', 'counted_wan', 'updated_at') }}
from counted
where counted_wan > 0
