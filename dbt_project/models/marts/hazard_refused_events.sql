-- One row per step of a hazard that proves nothing: which step, from which state, and why it was refused. The row stays as it was sent.
with walked as (
    select
        *,
        lag(state_after) over (partition by district_code, hazard_id order by step_number) as state_before
    from {{ ref('fct_hazard_life_events') }}
),

refused as (
    select
        walked.district_code,
        walked.hazard_event_id,
        walked.hazard_id,
        lives.town_id,
        walked.silo,
        walked.state_word,
        walked.event_status,
        coalesce(nullif(walked.state_before, ''), 'NONE') as state_before,
        walked.occurred_at,
        walked.recorded_at,
        walked.landing_ref
    from walked
    inner join {{ ref('fct_hazard_lives') }} as lives
        on walked.district_code = lives.district_code and walked.hazard_id = lives.hazard_id
    where walked.event_status not in ('accepted', 'told_again')

    union all

    select
        district_code, hazard_event_id, hazard_id, cast(null as string), 'enforcement', state_word, event_status, 'NONE',
        occurred_at, recorded_at, landing_ref
    from {{ ref('fct_hazard_events') }}
    where event_status = 'orphan'
)

select
    refused.district_code,
    refused.hazard_event_id,
    refused.hazard_id,
    refused.town_id,
    refused.silo,
    refused.event_status,
    refused.state_before,
    refused.state_word,
    states.name_zh as state_name_zh,
    states.name_en as state_name_en,
    reasons.name_zh as reason_zh,
    reasons.name_en as reason_en,
    refused.landing_ref,
    refused.occurred_at,
    refused.recorded_at
from refused
left join {{ ref('ref_hazard_codes') }} as states on states.topic = 'state' and refused.state_before = states.code
left join {{ ref('ref_hazard_codes') }} as reasons on reasons.topic = 'refusal' and refused.event_status = reasons.code
