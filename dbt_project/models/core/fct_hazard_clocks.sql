-- One row per hazard x stage x round of its clock: when it began, when it had to be done, when it was, and how that stands when
-- the last assessed period ends. A stage begins with the step before it and ends with its own; a rework begins a new round of
-- correction, with half the limit. Hours run by the calendar or in office hours, as the row of the rule says. The
-- order's own deadline holds where it is earlier, for it may be stricter than the rule and never laxer. Pauses: only while the
-- hazard is transferred, from the day its referral is accepted. Lives that nobody logs step by step have no clocks.
with lives as (select * from {{ ref('fct_hazard_lives') }}),

listed as (select * from {{ ref('fct_hazards') }}),

clauses as (select * from {{ ref('ref_hazard_clauses') }}),

hours as ({{ office_hours() }}),

work_days as (select * from {{ ref('dim_work_days') }}),

accepted as (
    select
        *,
        lag(state_after) over (partition by district_code, hazard_id order by step_number) as state_before
    from {{ ref('fct_hazard_life_events') }}
    where is_accepted
),

seen as (select district_code, max(end_before_at) as seen_until_at from {{ ref('dim_periods') }} group by district_code),

graded as (
    select
        lives.district_code,
        lives.hazard_id,
        coalesce(listed.grade_code, {{ hazard_grade('lives.grade_meaning', 'clauses.is_major_possible', 'lives.found_at', 'lives.deadline_date') }}) as grade_code,
        lives.found_at,
        {{ local_midnight(add_days('lives.deadline_date', 1)) }} as order_due_at
    from lives
    left join listed on lives.district_code = listed.district_code and lives.hazard_id = listed.hazard_id
    left join clauses on lives.clause_code = clauses.clause_code
),

logged as (
    select district_code, hazard_id, min(occurred_at) as first_at
    from accepted
    group by district_code, hazard_id
    having max(case when split_part(record_id, ':', 2) in ('hazards', 'grid_hazards') then 1 else 0 end) = 1
),

starts as (
    select graded.district_code, graded.hazard_id, 'confirm' as stage_code, 0 as step_number, false as is_rework,
        least(graded.found_at, logged.first_at) as started_at
    from graded
    inner join logged on graded.district_code = logged.district_code and graded.hazard_id = logged.hazard_id

    union all

    select accepted.district_code, accepted.hazard_id, stages.stage_code, accepted.step_number, false, accepted.occurred_at
    from accepted
    cross join (
        select 'control' as stage_code
        union all
        select 'assign'
    ) as stages
    where accepted.event_state = 'CONFIRMED'

    union all

    select
        district_code, hazard_id,
        case when event_state = 'RECTIFIED' then 'review' when event_state = 'REVIEWED' then 'close' else 'rectify' end,
        step_number, event_state = 'REWORK', occurred_at
    from accepted
    where event_state in ('RECTIFIED', 'REVIEWED', 'REWORK')

    union all

    -- the first control; one that comes back from a department goes on where it was
    select district_code, hazard_id, 'rectify', step_number, false, occurred_at
    from accepted
    where event_state = 'CONTROLLED'
    qualify row_number() over (partition by district_code, hazard_id order by step_number) = 1
),

clocked as (select starts.* from starts inner join logged on starts.district_code = logged.district_code and starts.hazard_id = logged.hazard_id),

ends as (
    select
        starts.district_code,
        starts.hazard_id,
        starts.stage_code,
        starts.step_number,
        min(case
            when starts.stage_code = 'confirm' and ended.event_state in ('CONFIRMED', 'REJECTED', 'MERGED') then ended.occurred_at
            when starts.stage_code = 'control' and ended.event_state = 'CONTROLLED' then ended.occurred_at
            when starts.stage_code = 'assign' and ended.event_state = 'ASSIGNED' then ended.occurred_at
            when starts.stage_code = 'rectify' and ended.event_state = 'RECTIFIED' then ended.occurred_at
            when starts.stage_code = 'review' and ended.event_state in ('REVIEWED', 'REWORK') then ended.occurred_at
            when starts.stage_code = 'close' and ended.event_state in ('CLOSED', 'REWORK') then ended.occurred_at
            else null
        end) as done_at,
        max(case when ended.event_state = 'RECTIFIED' then 1 else 0 end) = 1 as is_rectified_after
    from clocked as starts
    inner join accepted as ended
        on starts.district_code = ended.district_code
        and starts.hazard_id = ended.hazard_id
        and starts.step_number < ended.step_number
    group by starts.district_code, starts.hazard_id, starts.stage_code, starts.step_number
),

-- the duty list of the bureau proves an assignment that its log does not tell
signed as (
    select merged.district_code, merged.hazard_id, min(duties.signed_at) as signed_at
    from {{ ref('stg_emergency__duty_lists') }} as duties
    inner join {{ ref('map_hazard_records') }} as merged
        on duties.district_code = merged.district_code
        and duties.hazard_no = merged.report_no
        and merged.silo = 'emergency' and merged.table_name = 'hazards'
    group by merged.district_code, merged.hazard_id
),

referred as (
    select
        merged.district_code,
        merged.hazard_id,
        min(referrals.accepted_at) as accepted_at,
        max(referrals.resolved_at) as resolved_at
    from {{ ref('fct_referrals') }} as referrals
    inner join {{ ref('map_hazard_records') }} as merged
        on referrals.district_code = merged.district_code
        and referrals.hazard_no = merged.report_no
        and merged.silo in ('emergency', 'enforcement') and merged.table_name = 'hazards'
    where referrals.accepted_at is not null
    group by merged.district_code, merged.hazard_id
),

pauses as (
    select
        moved.district_code,
        moved.hazard_id,
        greatest(moved.occurred_at, referred.accepted_at) as paused_from_at,
        least(min(back.occurred_at), referred.resolved_at) as paused_to_at
    from accepted as moved
    inner join referred on moved.district_code = referred.district_code and moved.hazard_id = referred.hazard_id
    left join accepted as back
        on moved.district_code = back.district_code and moved.hazard_id = back.hazard_id and moved.step_number < back.step_number
    where moved.event_state = 'TRANSFERRED'
    group by moved.district_code, moved.hazard_id, moved.occurred_at, referred.accepted_at, referred.resolved_at
    qualify row_number() over (partition by moved.district_code, moved.hazard_id order by moved.occurred_at) = 1
),

extensions as (
    select district_code, hazard_id, min(occurred_at) as extended_at, cast(null as date) as extended_date
    from accepted
    where event_state = 'EXTENDED'
    group by district_code, hazard_id

    union all

    select merged.district_code, merged.hazard_id, cast(null as timestamp), max(told.extended_date)
    from {{ ref('stg_emergency__hazards') }} as told
    inner join {{ ref('map_hazard_records') }} as merged
        on told.district_code = merged.district_code
        and told.hazard_no = merged.report_no
        and merged.silo = 'emergency' and merged.table_name = 'hazards'
    where told.extended_date is not null
    group by merged.district_code, merged.hazard_id
),

extended as (
    select district_code, hazard_id, min(extended_at) as extended_at, max(extended_date) as extended_date
    from extensions
    group by district_code, hazard_id
),

rules as (
    select limits.grade_code, uses.stage_code, uses.clock_kind, limits.rule_number, limits.sla_hours, uses.extension_share
    from {{ ref('method_hazard_sla') }} as limits
    inner join {{ ref('method_hazard_rule_uses') }} as uses
        on limits.method_version = uses.method_version
        and limits.rule_number = uses.rule_number
    where limits.row_type = 'sla' and limits.method_version = '{{ var("method_version") }}'
),

ruled as (
    select
        starts.district_code,
        starts.hazard_id,
        starts.stage_code,
        cast(row_number() over (
            partition by starts.district_code, starts.hazard_id, starts.stage_code
            order by starts.step_number
        ) as integer) as round_number,
        graded.grade_code,
        rules.rule_number,
        rules.clock_kind,
        rules.extension_share,
        starts.is_rework,
        starts.started_at,
        cast(3600 * rules.sla_hours * case when starts.is_rework then {{ parameter('rework_share') }} else 1 end as bigint) as limit_seconds,
        case when starts.stage_code = 'rectify' and not starts.is_rework then graded.order_due_at else null end as order_due_at,
        case when starts.stage_code = 'rectify' and not starts.is_rework then extended.extended_at else null end as extended_at,
        case when starts.stage_code = 'rectify' and not starts.is_rework then extended.extended_date else null end as extended_date,
        case
            when starts.stage_code = 'assign' and signed.signed_at is not null then least(ends.done_at, greatest(signed.signed_at, starts.started_at))
            else ends.done_at
        end as done_at,
        case when starts.stage_code in ('control', 'assign', 'rectify') then pauses.paused_from_at else null end as paused_from_at,
        case when starts.stage_code in ('control', 'assign', 'rectify') then pauses.paused_to_at else null end as paused_to_at,
        coalesce(ends.is_rectified_after, false) as is_rectified_after,
        seen.seen_until_at
    from clocked as starts
    inner join graded on starts.district_code = graded.district_code and starts.hazard_id = graded.hazard_id
    inner join seen on starts.district_code = seen.district_code
    inner join rules on graded.grade_code = rules.grade_code and starts.stage_code = rules.stage_code
    left join ends
        on starts.district_code = ends.district_code
        and starts.hazard_id = ends.hazard_id
        and starts.stage_code = ends.stage_code
        and starts.step_number = ends.step_number
    left join signed on starts.district_code = signed.district_code and starts.hazard_id = signed.hazard_id
    left join pauses on starts.district_code = pauses.district_code and starts.hazard_id = pauses.hazard_id
    left join extended on starts.district_code = extended.district_code and starts.hazard_id = extended.hazard_id
),

positioned as (
    select
        ruled.*,
        {{ work_position('ruled.started_at', 'begun') }} + ruled.limit_seconds as due_position,
        ruled.started_at + interval '1' second * cast(ruled.limit_seconds as integer) as rule_due_at,
        ruled.started_at + interval '1' second * cast(ruled.limit_seconds * (1 + ruled.extension_share) as integer) as longest_due_at
    from ruled
    cross join hours
    left join work_days as begun on {{ local_date('ruled.started_at') }} = begun.calendar_date
),

judged as (
    select
        positioned.*,
        case
            when positioned.extended_at is null and positioned.extended_date is null then 'none'
            when positioned.extension_share = 0 then 'refused_grade'
            when positioned.extended_at >= least(positioned.rule_due_at, positioned.order_due_at) then 'refused_late'
            else 'granted'
        end as extension_status,
        case
            when positioned.clock_kind = 'working' then {{ work_instant('positioned.due_position', 'finished') }}
            else least(positioned.rule_due_at, positioned.order_due_at)
        end as plain_due_at
    from positioned
    cross join hours
    left join work_days as finished
        on positioned.clock_kind = 'working'
        and finished.is_working
        and finished.work_day_number = {{ work_day_of('positioned.due_position') }}
),

due as (
    select
        *,
        case
            when extension_status = 'granted' then least(longest_due_at, {{ local_midnight(add_days('extended_date', 1)) }})
            else plain_due_at
        end as running_due_at
    from judged
),

paused as (
    select
        *,
        paused_from_at is not null
        and paused_from_at < running_due_at
        and coalesce(paused_from_at < done_at, true)
        and coalesce(paused_to_at > started_at, true) as is_paused,
        greatest(paused_from_at, started_at) as pause_from_at
    from due
),

shifted as (
    select
        *,
        case
            when not is_paused then cast(0 as bigint)
            when paused_to_at is null and done_at is null then null
            else greatest({{ seconds_between('pause_from_at', 'least(paused_to_at, done_at)') }}, 0)
        end as paused_seconds
    from paused
),

timed as (
    select
        *,
        -- a pause that nobody ended leaves the clock without an end
        running_due_at + interval '1' second * cast(paused_seconds as integer) as due_at
    from shifted
)

select
    district_code,
    hazard_id,
    stage_code,
    round_number,
    grade_code,
    rule_number,
    clock_kind,
    extension_status,
    case
        when done_at is null and stage_code = 'assign' and is_rectified_after then 'not_told'
        when due_at is null and is_paused then 'paused'
        when due_at is null then 'calendar_unknown'
        when done_at <= due_at then 'met'
        when done_at is not null then 'late'
        when due_at < seen_until_at then 'overdue'
        else 'running'
    end as clock_status,
    limit_seconds,
    paused_seconds,
    due_position,
    is_rework,
    started_at,
    due_at,
    done_at,
    seen_until_at
from timed
