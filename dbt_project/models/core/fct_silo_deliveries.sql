-- One row per landing table x period: what came for it. Late or missing is a status here before it is a score anywhere.
--   delivered      rows were accepted (for tables of events: rows of that period)
--   unreadable     something came and nothing of it could be accepted
--   not_delivered  nothing came
-- is_quiet: nothing came of what a silo tells as it happens, and nothing was refused, while other tables of that silo came for
-- the period: as far as anybody can tell nothing happened.
with tables as (select * from {{ ref('ref_landing_tables') }}),

periods as (select * from {{ ref('dim_periods') }}),

batches as (select * from {{ ref('fct_batches') }}),

counted as (
    select
        periods.district_code,
        tables.silo,
        tables.table_name,
        tables.cadence,
        tables.is_periodic,
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
    group by periods.district_code, tables.silo, tables.table_name, tables.cadence, tables.is_periodic, periods.period
),

told as (
    select district_code, silo, period, max(usable_count) as usable_count
    from counted
    where is_periodic
    group by district_code, silo, period
)

select
    counted.district_code,
    counted.silo,
    counted.table_name,
    counted.period,
    case
        when counted.usable_count > 0 then 'delivered'
        when counted.refused_count > 0 then 'unreadable'
        else 'not_delivered'
    end as delivery_status,
    counted.usable_count,
    counted.refused_count,
    counted.usable_count = 0 and counted.refused_count = 0
    and coalesce(counted.cadence = 'as_it_happens' and told.usable_count > 0, false) as is_quiet
from counted
left join told
    on counted.district_code = told.district_code
    and counted.silo = told.silo
    and counted.period = told.period
