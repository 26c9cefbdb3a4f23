-- One row per norm of what a store must hold, in the base unit of its article, and the cohort of towns it is for ('any', or
-- 'unknown' where the word for the terrain is none of the list: such a norm asks nothing of anybody until it is read). A unit the
-- factor table does not know leaves the quantity open.
with norms as (select * from {{ ref('stg_emergency__stock_norms') }}),

units as (select * from {{ ref('ref_supply_units') }})

select
    norms.district_code,
    norms.norm_no,
    norms.level_word = '镇街' as is_of_town,
    case
        when norms.terrain_word is null or norms.terrain_word = '通用' then 'any'
        when norms.terrain_word = '山区' then 'hills'
        when norms.terrain_word = '平原' then 'plain'
        when norms.terrain_word = '沿海' then 'coast'
        else 'unknown'
    end as cohort_code,
    coalesce(norms.article_name_code, norms.supply_code) as article_code,
    cast(case
        when norms.measure_word = units.base_unit_word then norms.norm_quantity
        when norms.measure_word = units.pack_unit_word then norms.norm_quantity * units.units_per_pack
        else null
    end as decimal(18, 3)) as base_quantity,
    norms.valid_from_date,
    norms.landing_ref
from norms
left join units on coalesce(norms.article_name_code, norms.supply_code) = units.supply_code
