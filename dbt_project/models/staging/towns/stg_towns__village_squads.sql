-- One row per village squad and quarter: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__village_squads', ['period', 'squad_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    squad_no,
    village_name,
    village_name_code,
    village_name_read_how,
    level_word,
    {{ person_forms('leader_name') }},
    leader_name_mask,
    leader_phone as leader_phone_hash,
    leader_phone_mask,
    member_count,
    member_count_read_how,
    militia_count,
    guard_count,
    police_count,
    medic_count,
    task_words,
    kit_count,
    kit_count_read_how,
    call_tree_verified_date,
    town_read_how,
    landing_ref
from rows_in
