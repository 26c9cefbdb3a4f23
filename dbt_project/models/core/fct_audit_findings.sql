-- One row per finding of a data audit. Falsified is the auditor's word, never a guess of ours.
with findings as ({{ rows_of_towns('stg_emergency__audit_findings', 'LOCAL', on_date='rows_in.found_date') }})

select
    district_code,
    finding_no,
    town_id,
    dept_code as department,
    unit_type_word = '镇街' as is_of_town,
    subject_name,
    finding_word = '造假' as is_falsified,
    found_date,
    landing_ref
from findings
