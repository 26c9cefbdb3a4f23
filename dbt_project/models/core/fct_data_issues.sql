-- One row per refused row: its state on the last day of the evaluated quarter or after it, and how long mending took.
-- A waiver that ran out before that day leaves the row open again. Working days are those of the calendar: unknown where a day is of a
-- year that nobody has announced yet.
with issues as (select * from {{ ref('stg_landing__issues') }}),

latest as (select * from {{ ref('dim_periods') }} where is_latest),

departments as (select * from {{ ref('dim_departments') }}),

work_days as (select * from {{ ref('dim_work_days') }})

select
    issues.district_code,
    departments.department,
    issues.silo,
    issues.table_name,
    issues.batch,
    issues.landing_ref,
    issues.rules,
    case
        when issues.issue_state = 'waived' and issues.until_date < latest.end_date then 'open'
        else issues.issue_state
    end as issue_state,
    issues.attempts,
    issues.decided_by,
    issues.decided_why,
    issues.until_date,
    issues.found_at,
    issues.mended_at,
    issues.mended_ref,
    cast({{ ratio(seconds_between('issues.found_at', 'issues.mended_at'), '3600') }} as decimal(18, 6)) as mend_hours,
    mended_days.work_day_number - found_days.work_day_number as mend_working_days
from issues
inner join latest on issues.district_code = latest.district_code
inner join departments
    on issues.district_code = departments.district_code
    and issues.silo = departments.silo
left join work_days as found_days on {{ local_date('issues.found_at') }} = found_days.calendar_date
left join work_days as mended_days on {{ local_date('issues.mended_at') }} = mended_days.calendar_date
