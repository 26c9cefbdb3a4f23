-- One row per turnout number: the newest accepted version of medical turnouts.
with rows_in as ({{ newest_accepted('health__medical_dispatches', ['dispatch_no']) }})

select
    district_code,
    dispatch_no,
    incident_no,
    institution_no,
    town_name,
    called_at,
    departed_at,
    arrived_at,
    finished_at,
    plan_minutes,
    patient_count,
    town_read_how,
    landing_ref
from rows_in
