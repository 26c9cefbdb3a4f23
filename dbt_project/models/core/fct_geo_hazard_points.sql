-- One row per point where land may slide or fall: its town, the people it threatens, and when it was registered and struck off.
with rows_in as ({{ rows_of_towns('stg_resources__geo_hazard_points', 'NBS') }})

select
    district_code,
    point_no,
    point_name,
    town_id,
    threatened_people_count,
    registered_date,
    struck_off_date,
    landing_ref
from rows_in
