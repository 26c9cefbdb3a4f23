-- One row per silo x table x period: when it last spoke, when it was due again, and whether that was kept on the period's last day.
--   fresh       it spoke within its cadence and grace
--   late        it is due and did not come
--   never_came  nothing of it had come, and something should have
--   not_due     nothing is due: it is sent once, or as it happens
-- No clock: the day is the period's end. What speaks of later days only is not known on it; a register that speaks of no
-- days counts from the day it was pulled.
with tables as (select * from {{ ref('ref_landing_tables') }}),

periods as (select * from {{ ref('dim_periods') }}),

batches as (
    select
        district_code,
        silo,
        table_name,
        period_first,
        coalesce(period_last, cast(pulled_at as date)) as fact_date
    from {{ ref('fct_batches') }}
    where status = 'landed' and landed > 0
),

spoken as (
    select
        periods.district_code,
        periods.period,
        batches.silo,
        batches.table_name,
        max(least(batches.fact_date, periods.end_date)) as last_fact_date
    from periods
    inner join batches
        on periods.district_code = batches.district_code
        and (batches.period_first is null or batches.period_first <= periods.end_date)
    group by periods.district_code, periods.period, batches.silo, batches.table_name
),

dated as (
    select
        periods.district_code,
        tables.silo,
        tables.table_name,
        periods.period,
        tables.department,
        tables.table_name_zh,
        tables.table_name_en,
        tables.cadence,
        tables.cadence_days,
        tables.grace_days,
        periods.end_date as as_of_date,
        spoken.last_fact_date,
        case
            when spoken.last_fact_date is null or tables.cadence_days is null then cast(null as date)
            else {{ add_days('spoken.last_fact_date', 'tables.cadence_days + tables.grace_days') }}
        end as due_date
    from periods
    cross join tables
    left join spoken
        on periods.district_code = spoken.district_code
        and periods.period = spoken.period
        and tables.silo = spoken.silo
        and tables.table_name = spoken.table_name
)

select
    district_code,
    silo,
    table_name,
    period,
    department,
    silo || '.' || table_name || '.fresh' as rule,
    table_name_zh,
    table_name_en,
    cadence,
    case
        when cadence = 'as_it_happens' then 'not_due'
        when last_fact_date is null then 'never_came'
        when due_date is null then 'not_due'
        when as_of_date > due_date then 'late'
        else 'fresh'
    end as freshness_status,
    cadence_days,
    grace_days,
    case when as_of_date > due_date then {{ days_between('due_date', 'as_of_date') }} else 0 end as late_days,
    last_fact_date,
    due_date,
    as_of_date
from dated
