-- One row per reward: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__rewards', ['reward_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    reward_no,
    staff_no,
    {{ person_forms('person_name') }},
    person_name_mask,
    scheme_word,
    level_word,
    reason_text,
    amount_yuan,
    amount_yuan_read_how,
    granted_date,
    town_read_how,
    landing_ref
from rows_in
