-- One row per scenario, layer and resource: the newest accepted version.
with rows_in as ({{ newest_accepted('resources__scenario_layers', ['binding_no']) }})

select
    district_code,
    binding_no,
    scenario_word,
    layer_name,
    resource_word,
    town_code,
    town_name,
    crs_word,
    accuracy_m,
    object_count,
    updated_date,
    is_published,
    town_read_how,
    landing_ref
from rows_in
