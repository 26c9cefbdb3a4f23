-- One row per handbook or media item: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__publicity_materials', ['material_no']) }}
)

select
    district_code,
    material_no,
    material_word,
    title,
    town_code,
    town_name,
    town_read_how,
    issued_date,
    copies_count,
    views_count,
    landing_ref
from landed
