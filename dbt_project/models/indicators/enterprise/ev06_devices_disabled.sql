-- EV06: one row per kind of device that the firm reports as switched off or shielded in the last month of the period.
with reports as (
    select facts.*, periods.period
    from {{ ref('fct_firm_device_reports') }} as facts
    inner join {{ ref('dim_periods') }} as periods
        on facts.district_code = periods.district_code
        and facts.report_month = replace(substr(cast(periods.end_date as string), 1, 7), '-', '')
    where facts.enterprise_id is not null and facts.disabled_count > 0
)

select
{{ evidence('EV06', 'enterprise_id', 'device_report', 'report_id', '1', '1') }}
from reports
