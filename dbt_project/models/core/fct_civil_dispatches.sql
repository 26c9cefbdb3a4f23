-- One row per turnout of a civil rescue team: the town it went to, the incident it names, and whether somebody ordered it.
with dispatches as ({{ rows_of_towns('stg_civil__team_dispatches', 'NBS', code=none) }})

select
    district_code,
    dispatch_no,
    team_no,
    incident_no,
    town_id,
    coalesce(ordered_by_word <> '自行前往', false) as is_ordered,
    ordered_at,
    landing_ref
from dispatches
