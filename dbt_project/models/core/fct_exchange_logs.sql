-- One row per delivery that the district's sharing platform logged: when it was due, when it came, whether it succeeded.
with logs as (select * from {{ ref('stg_emergency__data_exchange_logs') }}),

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
    -- late against the moment it was due, not against the file's own time
    logs.received_at <= logs.due_at and logs.result_word <> '失败' as is_on_time,
    logs.landing_ref
from logs
inner join departments
    on logs.district_code = departments.district_code
    and logs.dept_code = departments.department
