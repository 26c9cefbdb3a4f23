-- E101: one row per report of a principal's seven duties for the period; numerator = duties without evidence in the item's window.
with reports as (select * from {{ ref('fct_firm_principal_duties') }} where enterprise_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E101'),

counted as (
    select
        reports.*,
        periods.period,
        {%- for n in range(1, 8) %}
        case
            when reports.duty_{{ n }}_date > {{ add_months('periods.end_date', '-item.window_months') }}
                and reports.duty_{{ n }}_date <= periods.end_date
                then 0
            else 1
        end {{ '+' if not loop.last }}
        {%- endfor %} as missing_count
    from reports
    inner join periods on reports.district_code = periods.district_code and reports.quarter_code = periods.period
    cross join item
)

select
{{ evidence('E101', 'enterprise_id', 'principal_duties', 'report_id', 'missing_count', '7', 'submitted_at') }}
from counted
