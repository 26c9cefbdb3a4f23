-- E403: breaches in storing or labelling hazardous chemicals, as inspections found them in the months of the item's window, up to period end.
-- One row per inspection (looked at) and one per such hazard (a breach), closed since or not: closing late is E503.
with looked_at as (select * from {{ ref('int_enterprise_inspections') }}),

breaches as (
    select * from {{ ref('int_enterprise_inspection_breaches') }} where item_code = 'E403'
)

select
    looked_at.district_code,
    'E403' as indicator_code,
    looked_at.enterprise_id as unit_id,
    looked_at.period as period,
    'inspection' as entity_type,
    inspection_id as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    inspected_at as occurred_at,
    landing_ref as landing_ref
from looked_at
union all
select
    breaches.district_code,
    'E403' as indicator_code,
    breaches.enterprise_id as unit_id,
    breaches.period as period,
    'hazard' as entity_type,
    hazard_id as entity_id,
    cast(1 as decimal(18, 6)) as numerator,
    cast(0 as decimal(18, 6)) as denominator,
    found_at as occurred_at,
    landing_ref as landing_ref
from breaches
