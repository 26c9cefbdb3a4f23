-- One row per event of a hazard as any department entered it, all reports of one hazard in one life, in the order of time.
-- A department without a log of its own (fire brigade, alerts, tickets) proves the finding, the brigade also the correction.
-- Nothing is thrown away: a step that another report had taken before is told_again, verdicts as in macro walk_hazards.
with recursive reports as (
    select
        told.*,
        merged.hazard_id
    from {{ ref('fct_hazard_records') }} as told
    inner join {{ ref('map_hazard_records') }} as merged
        on told.district_code = merged.district_code
        and told.record_id = merged.record_id
),

words as (select * from {{ ref('ref_words') }} where list_code = 'hazard_event'),

transitions as (
    select * from {{ ref('method_hazard_transitions') }} where method_version = '{{ var("method_version") }}'
),

logged as (
    select
        district_code, 'enforcement:hazards:' || hazard_no as record_id, 'enforcement:' || event_no as event_no, state_word,
        occurred_at, recorded_at, landing_ref
    from {{ ref('stg_enforcement__hazard_events') }}

    union all

    select district_code, 'emergency:hazards:' || hazard_no, 'emergency:' || event_no, state_word, occurred_at, recorded_at, landing_ref
    from {{ ref('stg_emergency__hazard_events') }}

    union all

    select district_code, 'governance:grid_hazards:' || hazard_no, 'governance:' || step_no, step_word, occurred_at, recorded_at, landing_ref
    from {{ ref('stg_governance__hazard_steps') }}

    union all

    select district_code, 'firms:hazards:' || hazard_no, 'firms:' || event_no, state_word, occurred_at, recorded_at, landing_ref
    from {{ ref('stg_firms__hazard_events') }}

    union all

    select district_code, record_id, record_id || ':found', '发现', found_at, cast(null as timestamp), landing_ref
    from reports
    where table_name in ('fire_hazards', 'alerts', 'collaboration_tickets')

    union all

    select district_code, 'fire:fire_hazards:' || hazard_no, 'fire:fire_hazards:' || hazard_no || ':corrected', '整改', corrected_at, updated_at, landing_ref
    from {{ ref('stg_fire__fire_hazards') }}
    where corrected_at is not null
),

starts as (
    select
        district_code,
        hazard_id,
        min(found_at) as found_at
    from reports
    group by district_code, hazard_id
),

ordered as (
    select
        logged.district_code,
        reports.hazard_id,
        logged.record_id,
        logged.record_id as report_id,
        reports.silo,
        logged.event_no,
        logged.state_word,
        words.meaning_code as event_state,
        coalesce(
            logged.occurred_at < starts.found_at
            or logged.occurred_at < max(logged.occurred_at) over (
                partition by logged.district_code, logged.record_id
                order by logged.event_no rows between unbounded preceding and 1 preceding
            ),
            false
        ) as is_falling,
        logged.occurred_at,
        logged.recorded_at,
        logged.landing_ref,
        cast(row_number() over (
            partition by logged.district_code, reports.hazard_id
            order by logged.occurred_at, logged.event_no
        ) as integer) as step_number
    from logged
    inner join reports
        on logged.district_code = reports.district_code
        and logged.record_id = reports.record_id
    inner join starts
        on reports.district_code = starts.district_code
        and reports.hazard_id = starts.hazard_id
    left join words
        on logged.state_word = words.word
        and {{ local_date('logged.occurred_at') }} >= words.effective_from
        and {{ local_date('logged.occurred_at') }} <= words.effective_to
),

walked as (
    {{ walk_hazards() }}
)

select
    ordered.district_code,
    'V:' || ordered.event_no as hazard_event_id,
    ordered.hazard_id,
    ordered.record_id,
    ordered.silo,
    ordered.step_number,
    ordered.state_word,
    coalesce(ordered.event_state, 'UNKNOWN') as event_state,
    walked.event_status,
    walked.state_code as state_after,
    walked.event_status = 'accepted' as is_accepted,
    ordered.occurred_at,
    ordered.recorded_at,
    ordered.landing_ref
from ordered
inner join walked
    on ordered.district_code = walked.district_code
    and ordered.hazard_id = walked.hazard_id
    and ordered.step_number = walked.step_number
