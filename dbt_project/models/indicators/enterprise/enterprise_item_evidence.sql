-- One row per evidence row of an enterprise item. A new item is a seed row, a file beside this one and its unit test.
{{ config(materialized='table') }}
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e103_safety_staff') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e303_special_operators_certified') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e402_confined_space_closed_off') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e403_hazchem_stock_and_labels') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e404_exits_clear') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e405_devices_online') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e503_hazards_rectified_on_time') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e504_major_hazard_plan') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e505_hazards_do_not_return') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('e801_penalties') }}
