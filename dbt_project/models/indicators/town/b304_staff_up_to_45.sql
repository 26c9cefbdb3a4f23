-- One row per member counted at the station at period end; numerator 1 up to the age of 45. An age nobody can tell is not young.
with staff as (select * from {{ ref('int_station_staff') }} where is_counted)

select
{{ evidence('B304', 'town_id', 'person', 'person_id', 'case when age_years <= ' ~ parameter('young_staff_age') ~ ' then 1 else 0 end', '1') }}
from staff
