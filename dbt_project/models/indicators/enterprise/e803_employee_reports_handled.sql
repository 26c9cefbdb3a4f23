-- E803: one row per report of an employee in the twelve months to period end; numerator 1 when it was not handled in the days of the item.
-- While these days run an open report is a receipt only. No report: the item does not apply.
with reports as ({{ rows_of_years('fct_firm_employee_reports', 'reported_at', unit='enterprise_id') }}),

item as (select max(window_days) as window_days from {{ ref('method_enterprise_items') }} where item_code = 'E803'),

dated as (
    select
        reports.*,
        {{ add_days(local_date('reports.reported_at'), 'item.window_days') }} as due_date,
        {{ local_date('reports.handled_at') }} as handled_date
    from reports
    cross join item
)

select
{{ evidence('E803', 'enterprise_id', 'employee_report', 'report_no', 'case when coalesce(handled_date <= due_date, false) or due_date >= end_date then 0 else 1 end', 'case when handled_date <= due_date or due_date < end_date then 1 else 0 end', 'reported_at') }}
from dated
