-- One row per judged case of the rescue circle x candidate site, best first: the people a new station there would bring into the circle.
with sites as (select * from {{ ref('fct_candidate_sites') }}),

towns as (select * from {{ ref('dim_towns') }})

select
    cast(sites.district_code as string) as district_code,
    cast(sites.period as string) as period,
    cast(sites.scenario_code as string) as scenario_code,
    cast(sites.event_code as string) as event_code,
    cast(sites.site_rank as integer) as site_rank,
    cast(sites.town_id as string) as town_id,
    cast(towns.town_name_zh as string) as town_name_zh,
    cast(towns.town_name_en as string) as town_name_en,
    cast(sites.near_place_name as string) as near_place_name,
    cast(sites.place_ids as string) as place_ids,
    cast(sites.landing_ref as string) as landing_ref,
    cast(sites.alone_count as bigint) as alone_count,
    cast(sites.further_count as bigint) as further_count,
    cast(sites.lon as decimal(10, 6)) as lon,
    cast(sites.lat as decimal(10, 6)) as lat
from sites
left join towns on sites.district_code = towns.district_code and sites.town_id = towns.town_id
