-- One row per material id: the newest accepted version of handbooks and media items.
with rows_in as ({{ newest_accepted('training__publicity_materials', ['material_id']) }})

select
    district_code,
    material_id,
    kind_word,
    title,
    published_at,
    read_count,
    landing_ref
from rows_in
