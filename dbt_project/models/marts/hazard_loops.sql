-- One row per hazard: where its life stands, its clocks kept and missed, the stage that runs now, escalations, refused steps, and the
-- hazard of the same firm and clause that it repeats (closed within recurrence_days before).
with lives as (select * from {{ ref('fct_hazard_lives') }}),

clocks as (select * from {{ ref('fct_hazard_clocks') }}),

summed as (
    select
        district_code,
        hazard_id,
        max(grade_code) as grade_code,
        cast(count(*) as bigint) as clock_count,
        cast(sum(case when clock_status = 'met' then 1 else 0 end) as bigint) as met_count,
        cast(sum(case when clock_status in ('late', 'overdue') then 1 else 0 end) as bigint) as late_count,
        min_by(stage_code, cast(due_at as string) || stage_code) filter (where clock_status in ('running', 'overdue')) as open_stage_code,
        min(due_at) filter (where clock_status in ('running', 'overdue')) as open_due_at,
        max(case when extension_status = 'granted' then 1 else 0 end) = 1 as is_extended,
        max(case when clock_status = 'paused' then 1 else 0 end) = 1 as is_paused,
        cast(sum(case when stage_code = 'rectify' and is_rework then 1 else 0 end) as bigint) as rework_count
    from clocks
    group by district_code, hazard_id
),

escalated as (
    select
        district_code,
        hazard_id,
        cast(count(*) as bigint) as escalation_count,
        max_by(escalation_code, cast(escalated_at as string) || escalation_code) as last_escalation_code,
        max(escalated_at) as last_escalated_at
    from {{ ref('fct_hazard_escalations') }}
    group by district_code, hazard_id
),

refused as (
    select district_code, hazard_id, cast(count(*) as bigint) as refused_count
    from {{ ref('fct_hazard_life_events') }}
    where event_status not in ('accepted', 'told_again')
    group by district_code, hazard_id
),

repeated as (
    select
        lives.district_code,
        lives.hazard_id,
        max_by(before.hazard_id, cast(before.closed_at as string) || before.hazard_id) as repeats_hazard_id
    from lives
    inner join lives as before
        on lives.district_code = before.district_code
        and lives.enterprise_id = before.enterprise_id
        and lives.clause_code = before.clause_code
        and before.closed_at < lives.found_at
        and lives.found_at <= before.closed_at + interval '1' day * cast({{ parameter('recurrence_days') }} as integer)
    group by lives.district_code, lives.hazard_id
)

select
    lives.district_code,
    lives.hazard_id,
    lives.town_id,
    lives.enterprise_id,
    departments.department,
    lives.silos,
    summed.grade_code,
    lives.state_code,
    lives.clause_code,
    repeated.repeats_hazard_id,
    summed.open_stage_code,
    escalated.last_escalation_code,
    coalesce(states.name_zh, lives.state_code) as state_name_zh,
    coalesce(states.name_en, lives.state_code) as state_name_en,
    lives.hazard_text,
    lives.landing_ref,
    coalesce(summed.clock_count, 0) as clock_count,
    coalesce(summed.met_count, 0) as met_count,
    coalesce(summed.late_count, 0) as late_count,
    coalesce(summed.rework_count, 0) as rework_count,
    coalesce(escalated.escalation_count, 0) as escalation_count,
    coalesce(refused.refused_count, 0) as refused_count,
    lives.is_counted,
    summed.hazard_id is not null as is_logged,
    coalesce(summed.is_extended, false) as is_extended,
    coalesce(summed.is_paused, false) as is_paused,
    lives.deadline_date,
    lives.found_at,
    summed.open_due_at,
    escalated.last_escalated_at,
    lives.closed_at
from lives
left join summed on lives.district_code = summed.district_code and lives.hazard_id = summed.hazard_id
left join escalated on lives.district_code = escalated.district_code and lives.hazard_id = escalated.hazard_id
left join refused on lives.district_code = refused.district_code and lives.hazard_id = refused.hazard_id
left join repeated on lives.district_code = repeated.district_code and lives.hazard_id = repeated.hazard_id
left join {{ ref('dim_departments') }} as departments
    on lives.district_code = departments.district_code
    and split_part(lives.leading_record_id, ':', 1) = departments.silo
left join {{ ref('ref_hazard_codes') }} as states on states.topic = 'state' and lives.state_code = states.code
