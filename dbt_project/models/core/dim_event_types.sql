-- One row per kind of event of the bureau's list, and which towns must have a plan for it.
select
    district_code,
    event_type_code,
    event_type_name,
    is_town_required,
    is_hill_only,
    landing_ref
from {{ ref('stg_emergency__event_types') }}
