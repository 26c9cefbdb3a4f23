-- One row per record of a firm's special operator. The certificate number is T + identity number: it is compared here
-- with what the door kept of the identity (first six, birth date, last four) and leaves only as a mask.
with rows_in as ({{ newest_accepted('enforcement__special_operators', ['record_no']) }}),

trimmed as (
    select
        *,
        upper(case when upper(cert_no) like 'T%' then substr(cert_no, 2) else cert_no end) as identity_in_number
    from rows_in
)

select
    district_code,
    record_no,
    firm_no,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    {{ digest("person_name || '|' || record_no") }} as name_phone_key,
    work_word,
    case
        when nullif(cert_no, '') is not null then substr(cert_no, 1, 5) || '****' || substr(cert_no, greatest(length(cert_no) - 3, 1), 4)
        else null
    end as cert_no_mask,
    nullif(cert_no, '') is not null as has_cert_no,
    -- null: nothing to compare
    case
        when nullif(cert_no, '') is null or id_number_mask is null then cast(null as boolean)
        else length(identity_in_number) = 18
            and substr(identity_in_number, 1, 6) = substr(id_number_mask, 1, 6)
            and substr(identity_in_number, 15, 4) = upper(substr(id_number_mask, length(id_number_mask) - 3, 4))
            and substr(identity_in_number, 7, 8) = coalesce(
                replace(cast(id_number_birth_date as string), '-', ''), substr(identity_in_number, 7, 8)
            )
    end as is_number_of_holder,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    reviewed_date,
    landing_ref
from trimmed
