-- One row per kind of place x kind of device: the newest accepted version of device requirements.
with rows_in as ({{ newest_accepted('firms__device_requirements', ['place_type_word', 'device_kind_word']) }})

select
    district_code,
    place_type_word,
    device_kind_word,
    per_unit_count,
    basis,
    from_date,
    landing_ref
from rows_in
