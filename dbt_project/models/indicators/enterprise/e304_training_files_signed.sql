-- E304: one row per training file of the item's window; numerator 1 when it is not kept or not everybody signed. Who reports trained
-- workers for the period and has no file at all misses one.
with files as (select * from {{ ref('fct_training_files') }} where enterprise_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E304'),

dated as (
    select
        files.*,
        periods.period,
        coalesce(files.is_kept, false) and coalesce(files.signed_count >= files.attendee_count, false) as is_complete
    from files
    cross join item
    inner join periods
        on files.district_code = periods.district_code
        and files.trained_date <= periods.end_date
        and files.trained_date > {{ add_months('periods.end_date', '-item.window_months') }}
),

reports as (
    {{ reports_of_quarters('fct_worker_trainings', 'facts.worker_met_count + facts.new_worker_met_count > 0') }}
),

unfiled as (
    select reports.*
    from reports
    left join dated on reports.enterprise_id = dated.enterprise_id and reports.period = dated.period
    where dated.file_no is null
)

select
{{ evidence('E304', 'enterprise_id', 'training_file', 'file_no', 'case when is_complete then 0 else 1 end', '1', 'cast(trained_date as timestamp)') }}
from dated
union all
select
{{ evidence('E304', 'enterprise_id', 'worker_training', "enterprise_no || '-' || quarter_code", '1', '1') }}
from unfiled
