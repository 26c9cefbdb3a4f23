-- One row per turnout number: the newest accepted version of turnouts of civil teams.
with rows_in as ({{ newest_accepted('civil__team_dispatches', ['dispatch_no']) }})

select
    district_code,
    dispatch_no,
    team_no,
    incident_no,
    town_name,
    ordered_by_word,
    ordered_at,
    arrived_at,
    ended_at,
    people_count,
    {{ as_sent('people_count') }} as people_count_text,
    people_count_read_how,
    updated_at,
    town_read_how,
    landing_ref
from rows_in
