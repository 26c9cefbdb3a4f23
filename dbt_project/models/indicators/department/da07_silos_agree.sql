-- One row per compared fact x silo that states it x period: 1 where it agrees, where the other side was found wrong, or where
-- nobody has found yet who is wrong. A person's verdict on the case goes before a ruling for all such cases.
with by_code as (select * from {{ ref('fct_silo_comparisons') }}),

by_linkage as (select * from {{ ref('fct_value_comparisons') }}),

periods as (select * from {{ ref('dim_periods') }}),

departments as (select * from {{ ref('dim_departments') }}),

compared as (
    select district_code, entity_id, attribute_code, silo_a, silo_b, charged_silo, ref_a, ref_b, 1 as turn from by_code
    union all
    select
        district_code, entity_id, attribute_code, silo_a, silo_b, charged_silo, ref_a, ref_b,
        case when is_decided then 0 else 2 end as turn
    from by_linkage
),

comparisons as (
    select * from compared
    qualify row_number() over (partition by district_code, entity_id, attribute_code, silo_a, silo_b order by turn) = 1
),

sides as (
    select district_code, entity_id, attribute_code, silo_a as silo, charged_silo, ref_a as landing_ref from comparisons
    union all
    select district_code, entity_id, attribute_code, silo_b as silo, charged_silo, ref_b as landing_ref from comparisons
),

judged as (
    select
        district_code,
        silo,
        entity_id || ' ' || attribute_code as fact_id,
        case when charged_silo = silo then 0 else 1 end as agrees,
        landing_ref
    from sides
),

-- a silo that is compared with several on one fact states that fact once
facts as (
    select * from judged
    qualify row_number() over (partition by district_code, silo, fact_id order by agrees, landing_ref) = 1
),

charged as (
    select
        facts.district_code,
        departments.department,
        periods.period,
        facts.fact_id,
        facts.agrees,
        facts.landing_ref
    from facts
    inner join periods on facts.district_code = periods.district_code
    inner join departments
        on facts.district_code = departments.district_code
        and facts.silo = departments.silo
)

select
{{ evidence('DA07', 'department', 'compared_fact', 'fact_id', 'agrees', '1') }}
from charged
