-- One row per kind of place x device: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__device_requirements', ['requirement_no']) }}
)

select
    district_code,
    requirement_no,
    place_type_word,
    device_type_word,
    required_count,
    basis_name,
    valid_from_date,
    landing_ref
from landed
