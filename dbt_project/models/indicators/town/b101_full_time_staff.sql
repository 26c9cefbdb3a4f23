-- One row per full-time member on the roster at period end, in quota or auxiliary (numerator), and one per station with
-- its need.
with rosters as (select * from {{ ref('fct_station_roster') }}),

requirements as (select * from {{ ref('fct_station_requirements') }})

select
{{ evidence('B101', 'town_id', 'person', 'person_id', '1', '0') }}
from rosters
where is_counted and is_full_time and town_id is not null
union all
select
{{ evidence('B101', 'town_id', 'station', 'town_id', '0', 'ft_required', landing_ref='null') }}
from requirements
