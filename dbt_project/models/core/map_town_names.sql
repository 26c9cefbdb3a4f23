-- One row per name key of a town, present or former. A key that means two towns is left out: it resolves nothing.
with towns as (select * from {{ ref('ref_towns') }}),

codes as (select * from {{ ref('ref_division_codes') }}),

names as (
    select town_name_zh as name_zh, town_id from towns
    union all
    select name_zh, town_id from codes where successor_kind = 'town'
    union all
    select {{ replace_all('town_name_zh', '(街道|镇)$', '') }}, town_id from towns
)

select
    {{ town_name_key('name_zh') }} as name_key,
    max(town_id) as town_id
from names
where town_id is not null
group by {{ town_name_key('name_zh') }}
having count(distinct town_id) = 1
