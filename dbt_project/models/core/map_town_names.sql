-- One row per name key of a town, present or former. A key that means two towns is left out: it resolves nothing. Without
-- dates: no town name on record has meant two towns, which map_town_names__one_town_at_all_dates proves.
with names as (select * from {{ ref('map_division_names') }})

select
    name_key,
    max(town_id) as town_id
from names
where level_code = 'town'
group by name_key
having count(distinct town_id) = 1
