{#
  One life per hazard: the events of `ordered` (hazard_id, step_number from 1 in the order they happened, event_state,
  report_id, is_falling) walked through `transitions` from the `starts` (one row per hazard_id). Body of a recursive CTE:
    accepted      the step is legal from the state the hazard is in
    told_again    not legal, and another report had taken the same step before: one thing, told twice
    falling_time  not legal, and earlier than the finding or than a step entered before it
    illegal_jump  no such step from the state the hazard is in
    unknown_word  the word is on no list
  Refused events stay where they stand and prove nothing.
#}
{% macro walk_hazards() -%}
    select
        starts.district_code,
        starts.hazard_id,
        cast(0 as integer) as step_number,
        cast('' as string) as state_code,
        cast('' as string) as taken,
        cast('start' as string) as event_status
    from starts
    union all
    select
        ordered.district_code,
        ordered.hazard_id,
        ordered.step_number,
        coalesce(transitions.to_state, walked.state_code),
        case
            when transitions.to_state is null then walked.taken
            else walked.taken || '|' || ordered.event_state || '@' || ordered.report_id || '|'
        end,
        case
            when ordered.event_state is null then 'unknown_word'
            when transitions.to_state is not null then 'accepted'
            when
                instr(walked.taken, '|' || ordered.event_state || '@') > 0
                and instr(walked.taken, '|' || ordered.event_state || '@' || ordered.report_id || '|') = 0 then 'told_again'
            when ordered.is_falling then 'falling_time'
            else 'illegal_jump'
        end
    from walked
    inner join ordered
        on walked.district_code = ordered.district_code
        and walked.hazard_id = ordered.hazard_id
        and walked.step_number + 1 = ordered.step_number
    left join transitions
        on walked.state_code = coalesce(transitions.from_state, '')
        and ordered.event_state = transitions.event_state
{%- endmacro %}

{# When accepted events first brought a hazard into a state, over its events; with `pick` max, when they last did. #}
{% macro state_reached_at(state, pick='min') -%}
{{ pick }}(case when is_accepted and event_state = '{{ state }}' then occurred_at else null end)
{%- endmacro %}

{# Hazards whose deadline falls in a period, with `period` and is_on_time: 1 when accepted events close them before it. #}
{% macro hazards_due(condition) -%}
select
    hazards.*,
    periods.period,
    case when hazards.closed_at < hazards.deadline_at then 1 else 0 end as is_on_time
from {{ ref('fct_hazards') }} as hazards
inner join {{ ref('dim_periods') }} as periods
    on hazards.district_code = periods.district_code
    and hazards.deadline_at > periods.start_at
    and hazards.deadline_at <= periods.end_before_at
where {{ condition }} and hazards.town_id is not null
{%- endmacro %}

{#
  Grade of a hazard: the word alone never makes it major, its clause must be one that can be; general ones by the days given.
  Texts and a boolean in, G1 to G4 out.
#}
{% macro hazard_grade(word_meaning, is_major_possible, found_at, deadline_date) -%}
case
    when {{ word_meaning }} = 'major' and coalesce({{ is_major_possible }}, false) then 'G4'
    when {{ word_meaning }} = 'serious' then 'G3'
    when {{ anlan.days_between(anlan.local_date(found_at), deadline_date) }} <= 1 then 'G1'
    else 'G2'
end
{%- endmacro %}
