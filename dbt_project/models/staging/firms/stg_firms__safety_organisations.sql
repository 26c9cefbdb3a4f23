-- One row per enterprise number: the newest accepted version of safety organisation.
with rows_in as ({{ newest_accepted('firms__safety_organisations', ['enterprise_no']) }})

select
    district_code,
    enterprise_no,
    has_department,
    appointment_doc_no,
    full_time_count,
    part_time_count,
    safety_engineer_count,
    is_outsourced,
    appointed_date,
    landing_ref
from rows_in
