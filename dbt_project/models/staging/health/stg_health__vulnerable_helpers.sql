-- One row per helper record: the newest accepted version of evacuation helpers.
with rows_in as ({{ newest_accepted('health__vulnerable_helpers', ['helper_no']) }})

select
    district_code,
    helper_no,
    person_no,
    {{ person_forms('helper_name') }},
    helper_name_mask,
    helper_phone as helper_phone_hash,
    helper_phone_mask,
    relation_word,
    rank_word,
    assigned_date,
    ended_date,
    landing_ref
from rows_in
