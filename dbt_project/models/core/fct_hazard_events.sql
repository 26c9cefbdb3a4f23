-- One row per hazard event as entered, with the verdict of the state machine. Refused events stay, and prove nothing.
--   accepted      the step is legal from the state the hazard is in
--   falling_time  not legal, and earlier than the finding or than a step entered before it
--   illegal_jump  no such step from the state the hazard is in
--   unknown_word  the word is on no list
--   orphan        no such hazard on the list
-- Events are walked in the order they happened, so that a late entry keeps its place; a step whose time is wrong then
-- stands where no step leads, and everything that needs it is refused too.
with recursive events as (select * from {{ ref('stg_enforcement__hazard_events') }}),

hazards as (select * from {{ ref('stg_enforcement__hazards') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'hazard_event'),

transitions as (
    select * from {{ ref('method_hazard_transitions') }} where method_version = '{{ var("method_version") }}'
),

ordered as (
    select
        events.district_code,
        events.hazard_no,
        events.event_no,
        words.meaning_code as event_state,
        events.state_word,
        events.actor_code,
        events.photo_hash,
        hazards.hazard_no is not null as is_registered,
        coalesce(
            events.occurred_at < hazards.found_at
            or events.occurred_at < max(events.occurred_at) over (
                partition by events.district_code, events.hazard_no
                order by events.event_no rows between unbounded preceding and 1 preceding
            ),
            false
        ) as is_falling,
        events.occurred_at,
        events.recorded_at,
        events.landing_ref,
        cast(row_number() over (
            partition by events.district_code, events.hazard_no
            order by events.occurred_at, events.event_no
        ) as integer) as step_number
    from events
    left join words on events.state_word = words.word
    left join hazards
        on events.district_code = hazards.district_code and events.hazard_no = hazards.hazard_no
),

walked as (
    select
        hazards.district_code,
        hazards.hazard_no,
        cast(0 as integer) as step_number,
        cast('' as string) as state_code,
        cast('start' as string) as event_status
    from hazards
    union all
    select
        ordered.district_code,
        ordered.hazard_no,
        ordered.step_number,
        coalesce(transitions.to_state, walked.state_code),
        case
            when ordered.event_state is null then 'unknown_word'
            when transitions.to_state is not null then 'accepted'
            when ordered.is_falling then 'falling_time'
            else 'illegal_jump'
        end
    from walked
    inner join ordered
        on walked.district_code = ordered.district_code
        and walked.hazard_no = ordered.hazard_no
        and walked.step_number + 1 = ordered.step_number
    left join transitions
        on walked.state_code = coalesce(transitions.from_state, '')
        and ordered.event_state = transitions.event_state
)

select
    ordered.district_code,
    'V' || ordered.event_no as hazard_event_id,
    'H' || ordered.hazard_no as hazard_id,
    ordered.hazard_no,
    ordered.step_number,
    ordered.state_word,
    coalesce(ordered.event_state, 'UNKNOWN') as event_state,
    case when ordered.is_registered then walked.event_status else 'orphan' end as event_status,
    walked.state_code as state_after,
    ordered.actor_code,
    ordered.photo_hash,
    coalesce(walked.event_status = 'accepted', false) as is_accepted,
    ordered.occurred_at,
    ordered.recorded_at,
    ordered.landing_ref
from ordered
left join walked
    on ordered.district_code = walked.district_code
    and ordered.hazard_no = walked.hazard_no
    and ordered.step_number = walked.step_number
