-- One row per department that supplies data to the district: silo, body, government or supplier, online or by file.
with departments as (select * from {{ ref('ref_departments') }})

select
    cast('{{ var("district_code") }}' as string) as district_code,
    department,
    silo,
    department_name_zh,
    department_name_en,
    body_name_zh,
    body_name_en,
    is_government,
    is_online,
    is_exchange_logged
from departments
where cast('{{ var("periods")[-1]["end"] }}' as date) between effective_from and effective_to
