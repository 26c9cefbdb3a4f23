-- One row per duty check: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__duty_checks', ['check_no']) }})

select
    district_code,
    check_no,
    town_code,
    town_name,
    village_name,
    village_name_code,
    village_name_read_how,
    duty_post_word,
    duty_person_name as duty_person_name_hash,
    duty_person_name_mask,
    called_phone as called_phone_hash,
    called_phone_mask,
    checked_at,
    answered_at,
    is_answered,
    answer_seconds,
    town_read_how,
    landing_ref
from rows_in
