-- One row per probe of a department's interface: whether it answered.
with probes as (select * from {{ ref('stg_emergency__probe_logs') }}),

departments as (select * from {{ ref('dim_departments') }})

select
    probes.district_code,
    probes.probe_no,
    probes.dept_code as department,
    departments.silo,
    probes.interface_name,
    probes.probed_at,
    probes.answer_ms,
    probes.is_ok,
    probes.landing_ref
from probes
inner join departments
    on probes.district_code = departments.district_code
    and probes.dept_code = departments.department
