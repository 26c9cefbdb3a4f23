-- One row per line of the register of major hazards: the four earlies 早发现、早报告、早公开、早处置 as four times, the hours between them,
-- and whether it was reported and published in time. Finding early is the hour of finding; handling early has no limit of its own.
with lines as (select * from {{ ref('fct_sector_hazards') }}),

limits as ({{ method_values(['early_report_hours', 'early_publish_days']) }}),

seen as (select district_code, max(end_before_at) as seen_until_at from {{ ref('dim_periods') }} group by district_code),

timed as (
    select
        lines.*,
        seen.seen_until_at,
        lines.found_at + interval '1' hour * cast(limits.early_report_hours as integer) as report_due_at,
        lines.found_at + interval '1' day * cast(limits.early_publish_days as integer) as publish_due_at
    from lines
    inner join seen on lines.district_code = seen.district_code
    cross join limits
)

select
    district_code,
    record_no,
    hazard_id,
    town_id,
    department,
    case
        when reported_at <= report_due_at then 'met'
        when reported_at is not null then 'late'
        when report_due_at < seen_until_at then 'overdue'
        else 'running'
    end as report_status,
    case
        when published_at <= publish_due_at then 'met'
        when published_at is not null then 'late'
        when publish_due_at < seen_until_at then 'overdue'
        else 'running'
    end as publish_status,
    landing_ref,
    {{ ratio(seconds_between('found_at', 'reported_at'), '3600', 2) }} as report_hours,
    {{ ratio(seconds_between('found_at', 'published_at'), '3600', 2) }} as publish_hours,
    {{ ratio(seconds_between('found_at', 'handled_at'), '3600', 2) }} as handle_hours,
    found_at,
    reported_at,
    published_at,
    handled_at,
    closed_at
from timed
