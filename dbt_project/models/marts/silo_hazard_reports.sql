-- One row per period and department that reports hazards: how many of its reports are hazards that others reported too.
with reports as (select * from {{ ref('map_hazard_records') }}),

lives as (select * from {{ ref('fct_hazard_lives') }}),

periods as (select * from {{ ref('dim_periods') }}),

told as (
    select
        reports.district_code,
        periods.period,
        reports.silo,
        reports.hazard_id,
        lives.silo_count > 1 as is_shared,
        lives.silo_count > 1 and lives.first_silo = reports.silo as is_first,
        lives.is_counted
    from reports
    inner join lives
        on reports.district_code = lives.district_code
        and reports.hazard_id = lives.hazard_id
    inner join periods
        on reports.district_code = periods.district_code
        and reports.seen_date >= periods.start_date
        and reports.seen_date <= periods.end_date
)

select
    district_code,
    period,
    silo,
    cast(count(*) as bigint) as report_count,
    cast(count(distinct hazard_id) as bigint) as hazard_count,
    cast(count(distinct case when is_shared then hazard_id else null end) as bigint) as shared_count,
    cast(count(distinct case when is_first then hazard_id else null end) as bigint) as first_count,
    cast(count(distinct case when is_counted then hazard_id else null end) as bigint) as counted_count
from told
group by district_code, period, silo
