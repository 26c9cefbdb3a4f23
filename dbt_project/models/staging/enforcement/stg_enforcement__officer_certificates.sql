-- One row per certificate type x number of station staff. Names and identity numbers leave here only as keys and masks.
with rows_in as ({{ newest_accepted('enforcement__officer_certificates', ['cert_type_word', 'cert_no']) }})

select
    district_code,
    town_name,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    -- two keys of one name: under the identity (do the names agree?) and under the station (is it one of theirs?)
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    {{ digest("town_name || '|' || person_name") }} as name_under_station_key,
    cert_type_word,
    cert_no,
    cert_no_mask,
    cert_level as cert_level_word,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    reviewed_date,
    revoked_date,
    landing_ref
from rows_in
