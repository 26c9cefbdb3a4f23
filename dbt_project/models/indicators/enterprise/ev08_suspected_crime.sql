-- EV08: one row per case handed to the police in the months for which the veto lasts, unless the police refused it by the end of the period.
with transfers as (
    select facts.*, periods.period
    from {{ ref('fct_firm_case_transfers') }} as facts
    cross join (
        select max(duration_months) as duration_months from {{ ref('method_enterprise_items') }} where item_code = 'EV08'
    ) as veto
    inner join {{ ref('dim_periods') }} as periods
        on facts.district_code = periods.district_code
        and facts.transferred_date <= periods.end_date
        and facts.transferred_date > {{ add_months('periods.end_date', '-veto.duration_months') }}
        and not (facts.is_refused and coalesce(facts.result_date <= periods.end_date, true))
    where facts.enterprise_id is not null
)

select
{{ evidence('EV08', 'enterprise_id', 'firm_transfer', 'transfer_no', '1', '1', 'cast(transferred_date as timestamp)') }}
from transfers
