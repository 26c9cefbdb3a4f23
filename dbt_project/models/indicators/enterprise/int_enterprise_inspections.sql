-- One row per inspection x period within 12 months up to whose end it was made.
{{ config(materialized='table') }}
with inspections as (select * from {{ ref('fct_inspections') }} where enterprise_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E404')

select
    inspections.district_code,
    inspections.enterprise_id,
    periods.period,
    inspections.inspection_id,
    inspections.inspected_at,
    inspections.landing_ref
from inspections
inner join periods
    on inspections.district_code = periods.district_code
    and inspections.inspected_at < periods.end_before_at
cross join item
where inspections.inspected_at >= {{ local_midnight(add_days(add_months('periods.end_date', '-item.window_months'), 1)) }}
