-- E101: one row per report of a principal's seven duties for the period; numerator = duties without evidence in the item's window.
with reports as ({{ reports_of_quarters('fct_firm_principal_duties') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E101'),

counted as (
    select
        reports.*,
        {%- for n in range(1, 8) %}
        case
            when reports.duty_{{ n }}_date > {{ add_months('reports.end_date', '-item.window_months') }}
                and reports.duty_{{ n }}_date <= reports.end_date
                then 0
            else 1
        end {{ '+' if not loop.last }}
        {%- endfor %} as missing_count
    from reports
    cross join item
)

select
{{ evidence('E101', 'enterprise_id', 'principal_duties', 'report_id', 'missing_count', '7', 'submitted_at') }}
from counted
