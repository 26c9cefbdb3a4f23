-- One row per distribution id: the newest accepted version of handbook distribution.
with rows_in as ({{ newest_accepted('training__handbook_distributions', ['distribution_id']) }})

select
    district_code,
    distribution_id,
    material_id,
    town_name,
    venue_word,
    distributed_at,
    copy_count,
    town_read_how,
    landing_ref
from rows_in
