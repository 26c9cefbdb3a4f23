-- One row per landing table of a department's contract x period: 1 where rows of it are usable, 0 where they are not.
with deliveries as (select * from {{ ref('fct_silo_deliveries') }}),

departments as (select * from {{ ref('dim_departments') }}),

newest as (
    select district_code, silo, table_name, max(batch) as batch
    from {{ ref('fct_batches') }}
    where status = 'landed'
    group by district_code, silo, table_name
),

tables as (
    select
        deliveries.district_code,
        departments.department,
        deliveries.period,
        deliveries.silo || '/' || deliveries.table_name as table_id,
        case when deliveries.delivery_status = 'delivered' then 1 else 0 end as is_delivered,
        deliveries.silo || '/' || deliveries.table_name || '/' || newest.batch as landing_ref
    from deliveries
    inner join departments
        on deliveries.district_code = departments.district_code
        and deliveries.silo = departments.silo
    left join newest
        on deliveries.district_code = newest.district_code
        and deliveries.silo = newest.silo
        and deliveries.table_name = newest.table_name
)

select
{{ evidence('DA01', 'department', 'landing_table', 'table_id', 'is_delivered', '1') }}
from tables
