-- One row per planning opinion: the newest accepted version.
with rows_in as ({{ newest_accepted('resources__planning_opinions', ['opinion_no']) }})

select
    district_code,
    opinion_no,
    project_name,
    project_kind_word,
    applicant_name,
    town_code,
    town_name,
    received_date,
    issued_date,
    opinion_word,
    shelter_area_m2,
    has_fire_access,
    has_helipad,
    hydrant_count,
    requirement_text,
    adopted_word,
    town_read_how,
    landing_ref
from rows_in
