-- One row per accountability record: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__accountability_records', ['record_no']) }})

select
    district_code,
    record_no,
    town_name,
    org_name,
    person_name as person_name_hash,
    person_name_mask,
    post_word,
    matter_text,
    occurred_date,
    decided_date,
    measure_word,
    exemption_case_no,
    town_read_how,
    landing_ref
from rows_in
