-- One row per department x period: the data-barrier index. How well the department shares, from what happened at the door,
-- and how many points of towns and firms could not be earned because its tables did not come.
with cells as (select * from {{ ref('int_department_cells') }} where l1_code = 'DA'),

departments as (select * from {{ ref('dim_departments') }}),

deliveries as (
    select
        district_code,
        silo,
        period,
        cast(count(*) as bigint) as table_count,
        cast(sum(case when delivery_status = 'delivered' then 1 else 0 end) as bigint) as delivered_count
    from {{ ref('fct_silo_deliveries') }}
    group by district_code, silo, period
),

issues as (
    select
        district_code,
        silo,
        cast(count(*) as bigint) as issue_count,
        cast(sum(case when issue_state = 'open' then 1 else 0 end) as bigint) as open_count,
        cast(sum(case when issue_state in ('repaired', 'sent_again') then 1 else 0 end) as bigint) as mended_count,
        {{ median_of("case when issue_state in ('repaired', 'sent_again') then mend_hours else null end") }} as median_mend_hours
    from {{ ref('fct_data_issues') }}
    group by district_code, silo
),

withheld as (
    select
        district_code,
        department,
        period,
        cast(sum(case when unit_type = 'town' then withheld_points else 0 end) as decimal(18, 6)) as town_points,
        cast(sum(case when unit_type = 'enterprise' then withheld_points else 0 end) as decimal(18, 6)) as firm_points
    from {{ ref('withheld_points') }}
    group by district_code, department, period
),

summed as (
    select
        district_code,
        department,
        period,
        sum(weight_share) as weight,
        sum(weight_share * score) as points,
        sum(case when cell_status = 'observed' or is_falsified then weight_share else 0 end) as observed_weight
    from cells
    where cell_status not in ('not_due', 'not_applicable')
    group by district_code, department, period
),

indexed as (
    select
        departments.*,
        summed.period,
        cast({{ ratio('summed.points', 'summed.weight', 9) }} as decimal(18, 6)) as index_score,
        cast({{ ratio('summed.observed_weight', 'summed.weight', 9) }} as decimal(18, 6)) as coverage
    from departments
    inner join summed
        on departments.district_code = summed.district_code
        and departments.department = summed.department
)

select
    indexed.district_code,
    indexed.department,
    indexed.period,
    indexed.silo,
    indexed.department_name_zh,
    indexed.department_name_en,
    indexed.body_name_zh,
    indexed.body_name_en,
    case
        when indexed.coverage >= {{ parameter('coverage_minimum') }} then 'rated'
        else 'not_rated'
    end as index_status,
    cast(round(indexed.index_score, 2) as decimal(7, 2)) as index_score,
    -- who is not rated takes no rank, and takes nobody else's
    case
        when indexed.coverage >= {{ parameter('coverage_minimum') }} then cast(rank() over (
            partition by indexed.district_code, indexed.period, indexed.coverage >= {{ parameter('coverage_minimum') }}
            order by round(indexed.index_score, 2) desc
        ) as integer)
        else cast(null as integer)
    end as rank_overall,
    cast(indexed.coverage as decimal(6, 4)) as coverage_share,
    deliveries.table_count,
    deliveries.delivered_count,
    coalesce(issues.issue_count, 0) as issue_count,
    coalesce(issues.open_count, 0) as open_count,
    coalesce(issues.mended_count, 0) as mended_count,
    issues.median_mend_hours,
    cast(coalesce(withheld.town_points, 0) as decimal(18, 6)) as withheld_town_points,
    cast(coalesce(withheld.firm_points, 0) as decimal(18, 6)) as withheld_firm_points,
    indexed.is_government
from indexed
inner join deliveries
    on indexed.district_code = deliveries.district_code
    and indexed.silo = deliveries.silo
    and indexed.period = deliveries.period
left join issues
    on indexed.district_code = issues.district_code
    and indexed.silo = issues.silo
left join withheld
    on indexed.district_code = withheld.district_code
    and indexed.department = withheld.department
    and indexed.period = withheld.period
