-- One row per record number: the newest accepted version of special operators.
with rows_in as ({{ newest_accepted('firms__special_operators', ['record_no']) }})

select
    district_code,
    record_no,
    enterprise_no,
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    work_word,
    case
        when nullif(cert_no, '') is not null then substr(cert_no, 1, 5) || '****' || substr(cert_no, greatest(length(cert_no) - 3, 1), 4)
        else null
    end as cert_no_mask,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    reviewed_date,
    left_date,
    landing_ref
from rows_in
