-- One row per full-time member x kind of work x month of a town's timesheets. Not said whether emergency work: it is none.
with sheets as ({{ rows_of_towns('stg_towns__timesheets', 'LOCAL') }}),

dated as (
    select
        *,
        {{ replace_all('report_month', '[^0-9]', '') }} as month_text
    from sheets
)

select
    district_code,
    report_month,
    town_id,
    staff_no,
    work_word,
    work_hours,
    coalesce(is_diverted, true) as is_diverted,
    case
        when length(month_text) = 6 then try_cast(substr(month_text, 1, 4) || '-' || substr(month_text, 5, 2) || '-01' as date)
        else cast(null as date)
    end as month_date,
    landing_ref
from dated
