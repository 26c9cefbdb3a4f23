-- One row per response x village: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__evacuations', ['evacuation_no']) }}
)

select
    district_code,
    evacuation_no,
    response_no,
    town_code,
    town_name,
    town_read_how,
    village_code,
    shelter_no,
    ordered_at,
    deadline_at,
    completed_at,
    {{ as_sent('completed_at') }} as completed_at_text,
    ordered_count,
    moved_count,
    moved_on_time_count,
    missed_death_count,
    landing_ref
from landed
