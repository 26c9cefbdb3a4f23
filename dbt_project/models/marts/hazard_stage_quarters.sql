-- One row per period x town x department x stage x grade: the clocks that ended in the period, kept, late, or not done when it ended. Town
-- and department are those of the hazard's leading report; hazards without a town stand under the town unknown.
with clocks as (select * from {{ ref('fct_hazard_clocks') }} where due_at is not null),

lives as (select * from {{ ref('fct_hazard_lives') }}),

periods as (select * from {{ ref('dim_periods') }}),

due as (
    select
        clocks.*,
        periods.period,
        coalesce(lives.town_id, 'unknown') as town_id,
        split_part(lives.leading_record_id, ':', 1) as silo,
        case
            when clocks.clock_status = 'not_told' then 'not_told'
            when clocks.done_at <= clocks.due_at then 'met'
            when clocks.done_at < periods.end_before_at then 'late'
            else 'open'
        end as period_status
    from clocks
    inner join periods
        on clocks.district_code = periods.district_code
        and clocks.due_at >= periods.start_at
        and clocks.due_at < periods.end_before_at
    inner join lives on clocks.district_code = lives.district_code and clocks.hazard_id = lives.hazard_id
)

select
    due.district_code,
    due.period,
    due.town_id,
    departments.department,
    due.stage_code,
    due.grade_code,
    max(stages.name_zh) as stage_name_zh,
    max(stages.name_en) as stage_name_en,
    max(stages.sort_number) as stage_number,
    cast(count(*) as bigint) as due_count,
    cast(sum(case when due.period_status = 'met' then 1 else 0 end) as bigint) as met_count,
    cast(sum(case when due.period_status = 'late' then 1 else 0 end) as bigint) as late_count,
    cast(sum(case when due.period_status = 'open' then 1 else 0 end) as bigint) as open_count,
    cast(sum(case when due.period_status = 'not_told' then 1 else 0 end) as bigint) as not_told_count,
    cast(sum(case when due.extension_status = 'granted' then 1 else 0 end) as bigint) as extended_count,
    {{ ratio("sum(case when due.period_status = 'met' then 1 else 0 end)", "sum(case when due.period_status = 'not_told' then 0 else 1 end)") }} as on_time_share
from due
inner join {{ ref('dim_departments') }} as departments
    on due.district_code = departments.district_code and due.silo = departments.silo
left join {{ ref('ref_hazard_codes') }} as stages on stages.topic = 'stage' and due.stage_code = stages.code
group by due.district_code, due.period, due.town_id, departments.department, due.stage_code, due.grade_code
