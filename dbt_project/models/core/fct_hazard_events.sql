-- One row per hazard event as the enforcement brigade entered it, with the verdict of the state machine: what the method
-- counts (the tables of method_indicator_tables). The life of all reports of a hazard stands in fct_hazard_life_events.
-- Verdicts: macro walk_hazards; and orphan, no such hazard on the list. Refused events stay, and prove nothing.
-- Events are walked in the order they happened, so that a late entry keeps its place; a step whose time is wrong then
-- stands where no step leads, and everything that needs it is refused too.
with recursive events as (select * from {{ ref('stg_enforcement__hazard_events') }}),

merged as (select * from {{ ref('map_hazard_records') }} where silo = 'enforcement'),

words as (select * from {{ ref('ref_words') }} where list_code = 'hazard_event'),

transitions as (
    select * from {{ ref('method_hazard_transitions') }} where method_version = '{{ var("method_version") }}'
),

hazards as (
    select
        hazards.district_code,
        hazards.hazard_no,
        coalesce(merged.hazard_id, 'H' || hazards.hazard_no) as hazard_id,
        min(hazards.found_at) over (
            partition by hazards.district_code, coalesce(merged.hazard_id, 'H' || hazards.hazard_no)
        ) as found_at
    from {{ ref('stg_enforcement__hazards') }} as hazards
    left join merged on hazards.district_code = merged.district_code and hazards.hazard_no = merged.report_no
),

starts as (select distinct district_code, hazard_id from hazards),

known as (
    select
        events.*,
        words.meaning_code as event_state,
        coalesce(hazards.hazard_id, 'H' || events.hazard_no) as hazard_id,
        hazards.hazard_no is not null as is_registered,
        hazards.found_at
    from events
    left join words on events.state_word = words.word
    left join hazards
        on events.district_code = hazards.district_code and events.hazard_no = hazards.hazard_no
),

ordered as (
    select
        district_code,
        hazard_id,
        hazard_no,
        hazard_no as report_id,
        event_no,
        event_state,
        state_word,
        actor_code,
        photo_hash,
        is_registered,
        coalesce(
            occurred_at < found_at
            or occurred_at < max(occurred_at) over (
                partition by district_code, hazard_id
                order by event_no rows between unbounded preceding and 1 preceding
            ),
            false
        ) as is_falling,
        occurred_at,
        recorded_at,
        landing_ref,
        cast(row_number() over (
            partition by district_code, hazard_id
            order by occurred_at, event_no
        ) as integer) as step_number
    from known
),

walked as (
    {{ walk_hazards() }}
)

select
    ordered.district_code,
    'V' || ordered.event_no as hazard_event_id,
    ordered.hazard_id,
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
    and ordered.hazard_id = walked.hazard_id
    and ordered.step_number = walked.step_number
