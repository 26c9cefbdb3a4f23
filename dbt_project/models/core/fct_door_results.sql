-- One row per landing table x row rule of the door x period: values checked and failed in the batches that speak of the
-- period. A table without dates (a register) speaks of every period. Which indicator a rule counts for is in
-- method_door_claims; a claim that is not named there is plain validity (DA06).
with checks as (select * from {{ ref('fct_door_checks') }} where scope = 'row'),

batches as (select * from {{ ref('fct_batches') }} where status = 'landed'),

periods as (select * from {{ ref('dim_periods') }}),

departments as (select * from {{ ref('dim_departments') }}),

claims as (select * from {{ ref('method_door_claims') }}),

named as (
    select
        checks.district_code,
        checks.silo,
        checks.table_name,
        checks.batch,
        checks.rule,
        checks.severity,
        checks.checked,
        checks.failed,
        split_part(checks.rule, '.', 3) as claim
    from checks
),

counted as (
    select
        named.district_code,
        named.silo,
        named.table_name,
        periods.period,
        named.rule,
        named.claim,
        named.severity,
        cast(sum(named.checked) as bigint) as checked_count,
        cast(sum(named.failed) as bigint) as failed_count,
        -- the newest batch with a fault, else the newest: where a reader would look first
        coalesce(max(case when named.failed > 0 then named.batch else null end), max(named.batch)) as batch
    from named
    inner join batches
        on named.district_code = batches.district_code
        and named.silo = batches.silo
        and named.table_name = batches.table_name
        and named.batch = batches.batch
    inner join periods
        on named.district_code = periods.district_code
        and (
            batches.period_first is null
            or (batches.period_first <= periods.end_date and batches.period_last >= periods.start_date)
        )
    group by
        named.district_code, named.silo, named.table_name, periods.period, named.rule, named.claim, named.severity
)

select
    counted.district_code,
    departments.department,
    counted.silo,
    counted.table_name,
    counted.period,
    counted.rule,
    counted.claim,
    counted.severity,
    counted.checked_count,
    counted.failed_count,
    case when claims.claim is not null then claims.indicator_code else 'DA06' end as indicator_code,
    counted.silo || '/' || counted.table_name || '/' || counted.batch as landing_ref
from counted
inner join departments
    on counted.district_code = departments.district_code
    and counted.silo = departments.silo
left join claims on counted.claim = claims.claim
where counted.checked_count > 0
