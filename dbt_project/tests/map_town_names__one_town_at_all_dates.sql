-- The towns of facts are read by name without a date: no key may mean two towns, at any two dates.
select name_key, count(distinct town_id) as town_count
from {{ ref('map_division_names') }}
where level_code = 'town'
group by name_key
having count(distinct town_id) > 1
