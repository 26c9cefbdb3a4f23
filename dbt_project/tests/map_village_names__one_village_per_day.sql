-- A form of a name means one village of a town (or of the whole district) on any one day.
select first.within_town_id, first.name_key, first.division_id, second.division_id as other_id
from {{ ref('map_village_names') }} as first
inner join {{ ref('map_village_names') }} as second
    on first.within_town_id = second.within_town_id
    and first.name_key = second.name_key
    and first.division_id < second.division_id
    and first.valid_from_date <= second.valid_to_date
    and second.valid_from_date <= first.valid_to_date
