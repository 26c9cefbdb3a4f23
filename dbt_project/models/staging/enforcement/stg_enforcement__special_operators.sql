-- One row per record of a firm's special operator. The certificate number is T + identity number: the door keeps the
-- keyed hash of the identity inside it, which must be the holder's own.
with rows_in as ({{ newest_accepted('enforcement__special_operators', ['record_no']) }})

select
    district_code,
    record_no,
    firm_no,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    {{ digest("person_name || '|' || record_no") }} as name_phone_key,
    work_word,
    cert_no_identity as cert_identity_hash,
    cert_no_mask,
    cert_no is not null as has_cert_no,
    -- null: nothing to compare
    case
        when cert_no is null or id_number is null then cast(null as boolean)
        else coalesce(cert_no_identity = id_number, false)
    end as is_number_of_holder,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    reviewed_date,
    landing_ref
from rows_in
