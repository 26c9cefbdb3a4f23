-- A person counts at one station, on one line, at most.
select period, person_id, count(*) as places
from {{ ref('fct_station_roster') }}
where is_counted
group by period, person_id
having count(*) > 1
