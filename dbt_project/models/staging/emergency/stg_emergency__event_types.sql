-- One row per event class: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__event_types', ['event_type_code']) }}
)

select
    district_code,
    event_type_code,
    event_type_name,
    event_group_word,
    is_district_required,
    is_town_required,
    is_hill_only,
    lead_dept_code,
    landing_ref
from landed
