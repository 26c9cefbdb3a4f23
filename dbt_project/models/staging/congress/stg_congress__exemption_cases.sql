-- One row per exemption case: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__exemption_cases', ['case_no']) }})

select
    district_code,
    case_no,
    town_name,
    org_name,
    person_name as person_name_hash,
    person_name_mask,
    matter_text,
    clause_text,
    applied_date,
    decided_date,
    decision_word,
    town_read_how,
    landing_ref
from rows_in
