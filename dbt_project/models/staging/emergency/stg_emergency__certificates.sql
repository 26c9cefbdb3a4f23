-- One row per certificate record: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__certificates', ['certificate_no']) }}
)

select
    district_code,
    certificate_no,
    holder_type_word,
    person_no,
    cert_type_word,
    cert_no as cert_no_hash,
    cert_no_mask,
    cert_no_identity,
    cert_level_word,
    issued_date,
    {{ as_sent('issued_date') }} as issued_date_text,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    reviewed_date,
    {{ as_sent('reviewed_date') }} as reviewed_date_text,
    stated_status_word,
    has_scan,
    landing_ref
from landed
