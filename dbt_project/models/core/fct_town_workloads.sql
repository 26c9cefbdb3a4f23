-- One row per town and month of its report of work: the six counts that move from month to month, as one text.
with rows_in as ({{ rows_of_towns('stg_towns__workloads', 'LOCAL') }})

select
    district_code,
    concat(coalesce(town_id, '-'), ':', report_month) as workload_id,
    town_id,
    report_month,
    cast(concat(substr(report_month, 1, 4), '-', substr(report_month, 5, 2), '-01') as date) as month_date,
    concat_ws(
        '/', cast(check_count as string), cast(hazard_found_count as string), cast(hazard_closed_count as string),
        cast(event_handled_count as string), cast(duty_day_count as string), cast(meeting_count as string)
    ) as counts_text,
    landing_ref
from rows_in
