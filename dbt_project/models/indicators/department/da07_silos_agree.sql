-- One row per compared fact x silo that states it x period: 1 where it agrees, or where the other side was found wrong.
with comparisons as (select * from {{ ref('fct_silo_comparisons') }}),

periods as (select * from {{ ref('dim_periods') }}),

departments as (select * from {{ ref('dim_departments') }}),

sides as (
    select district_code, entity_id, attribute_code, silo_a as silo, charged_silo, ref_a as landing_ref from comparisons
    union all
    select district_code, entity_id, attribute_code, silo_b as silo, charged_silo, ref_b as landing_ref from comparisons
),

charged as (
    select
        sides.district_code,
        departments.department,
        periods.period,
        sides.entity_id || ' ' || sides.attribute_code as fact_id,
        case when sides.charged_silo = sides.silo then 0 else 1 end as agrees,
        sides.landing_ref
    from sides
    inner join periods on sides.district_code = periods.district_code
    inner join departments
        on sides.district_code = departments.district_code
        and sides.silo = departments.silo
)

select
{{ evidence('DA07', 'department', 'compared_fact', 'fact_id', 'agrees', '1') }}
from charged
