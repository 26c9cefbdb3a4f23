-- One row per record number: the newest accepted version of special operators.
with rows_in as ({{ newest_accepted('firms__special_operators', ['record_no']) }})

select
    district_code,
    record_no,
    enterprise_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    work_word,
    cert_no as cert_no_hash,
    cert_no_identity as cert_identity_hash,
    cert_no_mask,
    -- null: nothing to compare
    case
        when cert_no is null or id_number is null then cast(null as boolean)
        else coalesce(cert_no_identity = id_number, false)
    end as is_number_of_holder,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    reviewed_date,
    left_date,
    landing_ref
from rows_in
