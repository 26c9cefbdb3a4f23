-- One row per refused row x period in which its time to be mended ran out, or in which it was mended: 1 where in time.
-- A row that was let in or left out by a decision is nobody's fault and does not count; nor does one whose working days are of a year
-- that nobody has announced yet.
with work_days as (select * from {{ ref('dim_work_days') }}),

issues as (
    select
        issues.*,
        work_days.work_day_number + {{ parameter('issue_mend_days') }} as due_day_number
    from {{ ref('fct_data_issues') }} as issues
    inner join work_days on {{ local_date('issues.found_at') }} = work_days.calendar_date
    where issues.issue_state in ('open', 'repaired', 'sent_again')
),

periods as (select * from {{ ref('dim_periods') }}),

dated as (
    select
        issues.*,
        case
            when issues.mend_working_days is not null then {{ local_date('issues.mended_at') }}
            when issues.mended_at is null then work_days.calendar_date
            else cast(null as date)
        end as judged_date,
        issues.mended_at is not null and issues.mend_working_days <= {{ parameter('issue_mend_days') }} as is_in_time
    from issues
    left join work_days on issues.due_day_number = work_days.work_day_number and work_days.is_working
),

judged as (
    select
        dated.district_code,
        dated.department,
        periods.period,
        case when dated.is_in_time then 1 else 0 end as in_time,
        dated.found_at,
        dated.landing_ref
    from dated
    inner join periods
        on dated.district_code = periods.district_code
        and dated.judged_date between periods.start_date and periods.end_date
)

select
{{ evidence('DA09', 'department', 'refused_row', 'landing_ref', 'in_time', '1', 'found_at') }}
from judged
