-- One row per hazard that an inspection found in the window and whose clause is a breach of an item or veto, x period.
{{ config(materialized='table') }}
with hazards as (
    select * from {{ ref('fct_hazards') }}
    where enterprise_id is not null and (source_code = 'inspection' or inspection_no is not null)
),

clauses as (select * from {{ ref('method_item_clauses') }}),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E404')

select
    hazards.district_code,
    hazards.enterprise_id,
    periods.period,
    clauses.item_code,
    hazards.hazard_id,
    hazards.clause_code,
    hazards.closed_at is null or hazards.closed_at >= periods.end_before_at as is_open_at_end,
    hazards.found_at,
    hazards.landing_ref
from hazards
inner join clauses on hazards.clause_code = clauses.clause_code
inner join periods
    on hazards.district_code = periods.district_code
    and hazards.found_at < periods.end_before_at
cross join item
where hazards.found_at >= {{ local_midnight(add_days(add_months('periods.end_date', '-item.window_months'), 1)) }}
