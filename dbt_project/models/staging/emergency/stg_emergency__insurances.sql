-- One row per policy of a person: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__insurances', ['insurance_no']) }}
)

select
    district_code,
    insurance_no,
    holder_type_word,
    person_no,
    insurance_kind_word,
    insured_amount_wan,
    valid_from_date,
    valid_to_date,
    landing_ref
from landed
