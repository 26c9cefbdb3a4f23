-- One row per duty check: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__duty_checks', ['check_no']) }})

select
    district_code,
    check_no,
    town_code,
    town_name,
    village_name,
    duty_post_word,
    duty_person_name_mask,
    called_phone as called_phone_hash,
    called_phone_mask,
    checked_at,
    answered_at,
    is_answered,
    answer_seconds,
    landing_ref
from rows_in
