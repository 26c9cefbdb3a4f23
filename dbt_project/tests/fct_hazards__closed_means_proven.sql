-- A hazard is closed by an accepted event and by nothing else, and never before it was found.
select hazards.hazard_id
from {{ ref('fct_hazards') }} as hazards
left join {{ ref('fct_hazard_events') }} as events
    on hazards.hazard_id = events.hazard_id and events.is_accepted and events.event_state = 'CLOSED'
where (hazards.closed_at is not null) <> (events.hazard_id is not null)
    or hazards.closed_at < hazards.found_at
