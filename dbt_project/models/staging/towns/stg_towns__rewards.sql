-- One row per reward: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__rewards', ['reward_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    reward_no,
    staff_no,
    person_name_mask,
    scheme_word,
    level_word,
    reason_text,
    amount_yuan,
    granted_date,
    landing_ref
from rows_in
