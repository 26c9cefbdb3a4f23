-- One row per institution number: the newest accepted version of medical institutions.
with rows_in as ({{ newest_accepted('health__medical_institutions', ['institution_no']) }})

select
    district_code,
    institution_no,
    institution_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    uscc_read_how,
    level_word,
    town_name,
    address,
    lon,
    lat,
    bed_count,
    intensive_bed_count,
    ambulance_count,
    has_24h_emergency,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in
