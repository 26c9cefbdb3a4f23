-- One row per roster number: the newest accepted line of the station rosters.
with rows_in as ({{ newest_accepted('enforcement__station_rosters', ['roster_no']) }})

select
    district_code,
    roster_no,
    town_code,
    town_name,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    {{ digest("town_name || '|' || person_name") }} as name_under_station_key,
    {{ digest("person_name || '|' || coalesce(phone, roster_no)") }} as name_phone_key,
    phone as phone_hash,
    phone_mask,
    post_word,
    employment_word,
    hired_date,
    left_date,
    insured_month,
    landing_ref
from rows_in
