-- E602: per firm on the platform one row with the drills due in the item's window (a high-risk or crowded firm one in each half year, others
-- one) and one row per half year or year in which one was held.
with firms as (
    select
        reporters.*,
        reporters.is_high_risk or industries.is_half_yearly_drill as is_half_yearly
    from {{ ref('int_enterprise_reporters') }} as reporters
    inner join {{ ref('method_enterprise_industries') }} as industries
        on reporters.industry_code = industries.industry_code
        and {{ last_day() }} between industries.effective_from and industries.effective_to
),

held as ({{ rows_of_years('fct_firm_drills', 'drilled_date', unit='enterprise_id') }}),

first_of_half as (
    select held.*
    from held
    inner join firms on held.enterprise_id = firms.enterprise_id and held.period = firms.period
    qualify row_number() over (
        partition by
            held.enterprise_id,
            held.period,
            firms.is_half_yearly and held.drilled_date > {{ add_months('held.end_date', -6) }}
        order by held.drilled_date, held.drill_no
    ) = 1
)

select
{{ evidence('E602', 'enterprise_id', 'register', 'enterprise_no', '0', 'case when is_half_yearly then 2 else 1 end') }}
from firms
union all
select
{{ evidence('E602', 'enterprise_id', 'firm_drill', 'drill_no', '1', '0', 'cast(drilled_date as timestamp)') }}
from first_of_half
