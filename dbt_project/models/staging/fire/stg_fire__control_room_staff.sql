-- One row per person of a control room: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__control_room_staff', ['record_no']) }}
)

select
    district_code,
    record_no,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    firm_name,
    firm_name_key,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    cert_no as cert_no_hash,
    cert_no_mask,
    cert_no_identity,
    cert_level_word,
    issued_date,
    {{ as_sent('issued_date') }} as issued_date_text,
    shift_word,
    landing_ref
from landed
