-- One row per silo x table: landed = accepted + rejected + duplicate over all batches, and whether the newest period came.
with tables as (select * from {{ ref('ref_landing_tables') }}),

batches as (select * from {{ ref('fct_batches') }}),

latest as (select * from {{ ref('dim_periods') }} where is_latest),

summed as (
    select
        district_code,
        silo,
        table_name,
        sum(landed) as landed,
        sum(accepted) as accepted,
        sum(rejected) as rejected,
        sum(duplicate) as duplicate,
        sum(unreadable_files) as unreadable_files,
        sum(case when status = 'genesis' then 0 else 1 end) as batches,
        max(period_last) as newest_period_date
    from batches
    group by district_code, silo, table_name
)

select
    latest.district_code,
    tables.silo,
    tables.table_name,
    tables.table_name_zh,
    tables.table_name_en,
    tables.department,
    cast(coalesce(summed.landed, 0) as bigint) as landed,
    cast(coalesce(summed.accepted, 0) as bigint) as accepted,
    cast(coalesce(summed.rejected, 0) as bigint) as rejected,
    cast(coalesce(summed.duplicate, 0) as bigint) as duplicate,
    cast(coalesce(summed.unreadable_files, 0) as bigint) as unreadable_files,
    cast(coalesce(summed.batches, 0) as bigint) as batches,
    coalesce(summed.landed, 0)
    = coalesce(summed.accepted, 0) + coalesce(summed.rejected, 0) + coalesce(summed.duplicate, 0) as is_conserved,
    -- no clock: late means the newest period has no row of it; whether today is past the due date is for the reader
    case
        when tables.cadence = 'as_it_happens' then false
        when tables.is_periodic then coalesce(summed.newest_period_date < latest.start_date, true)
        else coalesce(summed.landed, 0) = 0
    end as is_late,
    summed.newest_period_date,
    {{ add_days('latest.end_date', 'tables.grace_days') }} as due_date
from tables
cross join latest
left join summed
    on latest.district_code = summed.district_code
    and tables.silo = summed.silo
    and tables.table_name = summed.table_name
