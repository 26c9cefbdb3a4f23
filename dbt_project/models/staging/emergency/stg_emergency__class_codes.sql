-- One row per class code: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__class_codes', ['class_code']) }}
)

select
    district_code,
    class_code,
    class_kind_word,
    class_name,
    parent_code,
    unit_word,
    valid_from_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from landed
