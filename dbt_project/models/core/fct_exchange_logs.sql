-- One row per delivery that the district's sharing platform logged: when it was due, when it came, whether it succeeded.
-- Late is counted against the moment the data were due plus the delay the catalogue allows, not against the file's own time.
with logs as (select * from {{ ref('stg_emergency__data_exchange_logs') }}),

catalogue as (select * from {{ ref('stg_emergency__data_catalogue') }}),

departments as (select * from {{ ref('dim_departments') }})

select
    logs.district_code,
    logs.log_no,
    logs.dept_code as department,
    departments.silo,
    logs.catalogue_no,
    logs.due_at,
    logs.received_at,
    logs.row_count,
    logs.failed_row_count,
    logs.result_word,
    coalesce(catalogue.delay_limit_minutes, 0) as delay_limit_minutes,
    {{ seconds_between('logs.due_at', 'logs.received_at') }} <= 60 * coalesce(catalogue.delay_limit_minutes, 0)
    and logs.result_word <> '失败' as is_on_time,
    logs.landing_ref
from logs
inner join departments
    on logs.district_code = departments.district_code
    and logs.dept_code = departments.department
left join catalogue
    on logs.district_code = catalogue.district_code
    and logs.catalogue_no = catalogue.catalogue_no
