-- One row per squad and quarter: the newest accepted version.
with rows_in as ({{ newest_accepted('militia__squads', ['period', 'squad_no']) }})

select
    district_code,
    period,
    squad_no,
    squad_name,
    kind_word,
    level_word,
    town_code,
    town_name,
    village_name,
    village_name_code,
    village_name_read_how,
    {{ person_forms('leader_name') }},
    leader_name_mask,
    leader_phone as leader_phone_hash,
    leader_phone_mask,
    approved_count,
    listed_count,
    task_words,
    base_address,
    lon,
    lat,
    founded_date,
    disbanded_date,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in
