-- One row per period x scenario x store x town whose seat is reached from it within the farthest band, with the seconds; loading is not counted.
-- Both join the road by the way that the rescue circle takes.
with times as (select * from {{ source('linkage', 'circle__supply') }})

select
    cast('{{ var("district_code") }}' as string) as district_code,
    period,
    scenario_code,
    store_id,
    town_id,
    seconds
from times
