-- One row per member number: the newest accepted version of members of civil rescue teams.
with rows_in as ({{ newest_accepted('civil__rescue_team_members', ['member_no']) }})

select
    district_code,
    member_no,
    team_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    origin_word,
    cert_type_word,
    cert_no,
    cert_valid_to_date,
    {{ as_sent('cert_valid_to_date') }} as cert_valid_to_date_text,
    joined_date,
    left_date,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from rows_in
