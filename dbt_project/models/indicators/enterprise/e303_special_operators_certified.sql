-- E303: one row per special operator of the firm's register; numerator 1 when no valid certificate can be counted.
with operators as (select * from {{ ref('fct_special_operators') }})

select
    operators.district_code,
    'E303' as indicator_code,
    operators.enterprise_id as unit_id,
    operators.period as period,
    'person' as entity_type,
    person_id as entity_id,
    cast(case when is_certificate_valid then 0 else 1 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    landing_ref as landing_ref
from operators
