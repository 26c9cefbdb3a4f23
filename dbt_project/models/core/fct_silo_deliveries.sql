-- One row per landing table x period: what came for it. Late or missing is a status here before it is a score anywhere.
--   delivered      rows were accepted (for tables of events: rows of that period)
--   unreadable     something came and nothing of it could be accepted
--   not_delivered  nothing came
with tables as (select * from {{ ref('ref_landing_tables') }}),

periods as (select * from {{ ref('dim_periods') }}),

batches as (select * from {{ ref('fct_batches') }}),

counted as (
    select
        periods.district_code,
        tables.silo,
        tables.table_name,
        periods.period,
        cast(sum(case
            when not tables.is_periodic or (batches.period_first <= periods.end_date and batches.period_last >= periods.start_date)
                then coalesce(batches.accepted, 0) + coalesce(batches.duplicate, 0)
            else 0
        end) as bigint) as usable_count,
        cast(sum(coalesce(batches.rejected, 0) + coalesce(batches.unreadable_files, 0)) as bigint) as refused_count
    from periods
    cross join tables
    left join batches
        on periods.district_code = batches.district_code
        and tables.silo = batches.silo
        and tables.table_name = batches.table_name
    group by periods.district_code, tables.silo, tables.table_name, periods.period
)

select
    district_code,
    silo,
    table_name,
    period,
    case
        when usable_count > 0 then 'delivered'
        when refused_count > 0 then 'unreadable'
        else 'not_delivered'
    end as delivery_status,
    usable_count,
    refused_count
from counted
