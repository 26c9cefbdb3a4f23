-- One row per evidence row of a certification rule. A new rule is a seed row, a file beside this one and its unit test.
{{ config(materialized='table') }}
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_01_head_trained') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_02_two_law_certificates') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_03_law_certificates_by_load') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_04_full_time_by_load') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_05_part_time_by_villages') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_06_auxiliaries_examined') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_07_qualification_usable') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_12_rescue_certificates') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_13_first_aid') }}
union all
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref('st_18_age_structure') }}
