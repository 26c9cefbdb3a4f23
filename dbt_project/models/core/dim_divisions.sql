-- One row per division of today: province, city, district, towns, villages and communities.
with divisions as (select * from {{ ref('ref_divisions') }})

select
    cast('{{ var("district_code") }}' as string) as district_code,
    division_code,
    parent_code,
    case
        when level_code = 'town' then division_code
        when level_code = 'village' then parent_code
        else cast(null as string)
    end as town_id,
    level_code,
    kind_code,
    name_zh,
    name_en,
    status
from divisions
