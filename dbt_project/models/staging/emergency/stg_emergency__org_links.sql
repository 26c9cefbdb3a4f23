-- One row per link between two units: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__org_links', ['link_no']) }}
)

select
    district_code,
    link_no,
    parent_unit_no,
    child_unit_no,
    link_type_word,
    valid_from_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from landed
