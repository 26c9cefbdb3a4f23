-- One row per line of the bureau's staff list, with the person linkage takes it for.
with staff as (select * from {{ ref('stg_emergency__staff') }}),

persons as (select * from {{ ref('map_person_records') }})

select
    staff.district_code,
    staff.person_no,
    persons.person_id,
    staff.work_years_count,
    coalesce(staff.is_major_related, false) as is_major_related,
    coalesce(staff.is_registered_engineer, false) as is_registered_engineer,
    staff.landing_ref
from staff
left join persons
    on staff.district_code = persons.district_code
    and {{ record_id_of('emergency', 'staff', ['person_no'], 'staff') }} = persons.record_id
