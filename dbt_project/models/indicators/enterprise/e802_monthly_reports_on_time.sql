-- E802: one row per firm on the platform x month for which anybody reported; numerator 1 when its report came after the closing day, is
-- missing, or was not declared true.
with reporters as (select * from {{ ref('int_enterprise_reporters') }}),

months as (
    select *, replace(substr(cast(from_date as string), 1, 7), '-', '') as report_month
    from ({{ months_of_periods() }}) as of_periods
),

reports as (select * from {{ ref('fct_firm_monthly_reports') }} where enterprise_id is not null),

told as (select distinct report_month from reports),

item as (select max(window_days) as window_days from {{ ref('method_enterprise_items') }} where item_code = 'E802'),

due as (
    select
        reporters.district_code,
        reporters.enterprise_id,
        reporters.period,
        coalesce(reports.report_id, 'missing-' || months.report_month) as report_id,
        coalesce(
            {{ local_date('reports.submitted_at') }} <= {{ add_days('months.to_date', 'item.window_days') }} and reports.is_declared_true,
            false
        ) as is_in_order,
        reports.submitted_at,
        coalesce(reports.landing_ref, reporters.landing_ref) as landing_ref
    from reporters
    inner join months on reporters.district_code = months.district_code and reporters.period = months.period
    inner join told on months.report_month = told.report_month
    left join reports on reporters.enterprise_id = reports.enterprise_id and months.report_month = reports.report_month
    cross join item
    qualify row_number() over (
        partition by reporters.enterprise_id, months.report_month order by reports.submitted_at, reports.report_id
    ) = 1
)

select
{{ evidence('E802', 'enterprise_id', 'monthly_report', 'report_id', 'case when is_in_order then 0 else 1 end', '1', 'submitted_at') }}
from due
