-- One row per grid or key firm that lies somewhere: where the rescue circle counts it, so that a station can be tried elsewhere.
with places as (select * from {{ ref('dim_places') }})

select
    cast(district_code as string) as district_code,
    cast(place_id as string) as place_id,
    cast(place_kind as string) as place_kind,
    cast(town_id as string) as town_id,
    cast(coalesce(resident_count, 0) as bigint) as resident_count,
    cast(lon as decimal(10, 6)) as lon,
    cast(lat as decimal(10, 6)) as lat
from places
where lon is not null and lat is not null and town_id is not null
    and (place_kind = 'grid' or (place_kind = 'firm' and is_key))
