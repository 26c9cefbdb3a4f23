-- One row per policy of a person: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__insurance_policies', ['policy_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    staff_no,
    {{ person_forms('person_name') }},
    person_name_mask,
    policy_no,
    kind_word,
    insurer_name,
    insured_wan,
    insured_wan_read_how,
    valid_from_date,
    valid_to_date,
    town_read_how,
    landing_ref
from rows_in
