-- One row per line of a station's kit: its norm, what is there and what of it is usable.
with kit as ({{ rows_of_stations('stg_emergency__equipment') }})

select
    district_code,
    equipment_no,
    town_id,
    article_name,
    kit_word,
    norm_quantity,
    quantity,
    least(greatest(coalesce(usable_quantity, 0), 0), quantity) as usable_quantity,
    is_online,
    expires_date,
    landing_ref
from kit
where station_no is not null
