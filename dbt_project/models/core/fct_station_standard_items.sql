-- One row per station x item of the standard. have: one of the six haves; facility: one of the four rooms, stores and centres.
with items as ({{ rows_of_stations('stg_emergency__station_standard_items') }})

select
    district_code,
    item_no,
    town_id,
    station_no,
    case
        when item_group_word = '六个有' then 'have'
        when item_group_word in ('四室', '四库', '四中心') then 'facility'
        else 'other'
    end as item_group_code,
    item_code,
    item_name,
    is_accepted,
    is_content_confirmed,
    accepted_date,
    landing_ref
from items
