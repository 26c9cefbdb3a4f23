-- One row per escalation of a hazard: the rule that fired, of which stage and round, when, to whom and what it asks for. A rule fires at a
-- share of the clock's time or so long after its end, where the stage was not done by then; a second rework raises the grade.
with clocks as (
    select * from {{ ref('fct_hazard_clocks') }} where due_at is not null and clock_status <> 'not_told'
),

rules as (
    select * from {{ ref('method_hazard_escalations') }} where method_version = '{{ var("method_version") }}'
),

hours as ({{ office_hours() }}),

work_days as (select * from {{ ref('dim_work_days') }}),

lives as (select * from {{ ref('fct_hazard_life_events') }}),

fired as (
    select
        clocks.*,
        rules.escalation_code,
        rules.to_whom_zh,
        rules.to_whom_en,
        rules.action_zh,
        rules.action_en,
        rules.after_due_hours,
        rules.limit_share,
        clocks.due_position - cast(clocks.limit_seconds * (1 - rules.limit_share) as bigint) as position
    from clocks
    inner join rules
        on clocks.grade_code = rules.grade_code
        and clocks.stage_code = coalesce(rules.stage_code, clocks.stage_code)
),

timed as (
    select
        fired.*,
        case
            when fired.after_due_hours is not null
                then fired.due_at + interval '1' hour * cast(fired.after_due_hours as integer)
            when fired.limit_share = 0 then fired.started_at
            when fired.clock_kind = 'working' then {{ work_instant('fired.position', 'reached') }}
            else
                fired.started_at
                + interval '1' second * cast({{ seconds_between('fired.started_at', 'fired.due_at') }} * fired.limit_share as integer)
        end as escalated_at
    from fired
    cross join hours
    left join work_days as reached
        on fired.clock_kind = 'working'
        and fired.after_due_hours is null
        and reached.is_working
        and reached.work_day_number = {{ work_day_of('fired.position') }}
),

reworked as (
    select
        district_code, hazard_id, occurred_at,
        row_number() over (partition by district_code, hazard_id order by step_number) as rework_number
    from lives
    where is_accepted and event_state = 'REWORK'
)

select
    district_code,
    hazard_id,
    escalation_code,
    stage_code,
    round_number,
    grade_code,
    rule_number,
    to_whom_zh,
    to_whom_en,
    action_zh,
    action_en,
    due_at,
    escalated_at
from timed
where (done_at is null or done_at > escalated_at or limit_share = 0) and escalated_at < seen_until_at

union all

select
    reworked.district_code,
    reworked.hazard_id,
    'REWORK-2',
    'rectify',
    max(clocks.round_number),
    max(clocks.grade_code),
    max(rules.rule_number),
    '应急管理站',
    'station',
    '第二次返工，升一级',
    'Second rework: one grade up',
    cast(null as timestamp),
    reworked.occurred_at
from reworked
inner join clocks on reworked.district_code = clocks.district_code and reworked.hazard_id = clocks.hazard_id and clocks.stage_code = 'rectify'
cross join (select max(rule_number) as rule_number from {{ ref('method_hazard_sla') }} where to_state = 'CONTROLLED' and row_type = 'transition' and from_state = 'REVIEWED') as rules
where reworked.rework_number = 2
group by reworked.district_code, reworked.hazard_id, reworked.occurred_at
