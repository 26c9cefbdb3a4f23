-- One row per town or department x weighed indicator x period: what a rank is tested by. Value and goalposts where the value was observed,
-- the score it has anyway, weights at every level.
with towns as (select * from {{ ref('int_town_cells') }}),

departments as (select * from {{ ref('int_department_cells') }}),

town_rules as ({{ indicators_of('town') }}),

department_rules as ({{ indicators_of('department') }})

select
    'town' as system,
    towns.district_code,
    towns.town_id as unit_id,
    towns.period,
    towns.indicator_code,
    rules.l1_code,
    rules.l2_code,
    rules.direction,
    rules.weight_l1,
    rules.weight_l2,
    rules.weight_l3,
    rules.floor_value,
    rules.target_value,
    rules.band_zero_low,
    rules.band_full_low,
    rules.band_full_high,
    rules.band_zero_high,
    towns.value,
    towns.score
from towns
inner join town_rules as rules on towns.indicator_code = rules.indicator_code
where towns.score is not null
union all
select
    'department' as system,
    departments.district_code,
    departments.department as unit_id,
    departments.period,
    departments.indicator_code,
    rules.l1_code,
    cast(null as string) as l2_code,
    rules.direction,
    rules.weight_l1,
    cast(null as decimal(9, 4)) as weight_l2,
    rules.weight_l3,
    rules.floor_value,
    rules.target_value,
    cast(null as decimal(18, 6)) as band_zero_low,
    cast(null as decimal(18, 6)) as band_full_low,
    cast(null as decimal(18, 6)) as band_full_high,
    cast(null as decimal(18, 6)) as band_zero_high,
    departments.value,
    departments.score
from departments
inner join department_rules as rules on departments.indicator_code = rules.indicator_code
where departments.score is not null
