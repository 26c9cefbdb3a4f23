-- One row per full-time member with hours in the period: all hours (denominator) and those of emergency work.
with hours as ({{ rows_of_periods('fct_work_hours', 'month_date', 'facts.work_hours > 0') }}),

summed as (
    select
        district_code,
        town_id,
        period,
        staff_no,
        sum(case when is_diverted then 0 else work_hours end) as emergency_hours,
        sum(work_hours) as all_hours,
        max(landing_ref) as landing_ref
    from hours
    group by district_code, town_id, period, staff_no
)

select
{{ evidence('B103', 'town_id', 'staff_member', 'staff_no', 'emergency_hours', 'all_hours') }}
from summed
