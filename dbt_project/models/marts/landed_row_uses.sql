-- One row per landed row x core row it made: the index by which a core row opens to all its landed rows and a landed row tells what
-- it became. A landing reference is kept in two, landed_part:row_number, and frozen model by model in that order: so it stays small.
with uses as (
    select
        district_code,
        landing_ref,
        regexp_extract(landing_ref, '[0-9]+$', 0) as row_text,
        core_model,
        core_id
    from {{ ref('map_landed_rows') }}
)

select
    cast(district_code as string) as district_code,
    cast(substr(landing_ref, 1, length(landing_ref) - length(row_text) - 1) as string) as landed_part,
    cast(row_text as bigint) as row_number,
    cast(core_model as string) as core_model,
    cast(core_id as string) as core_id
from uses
