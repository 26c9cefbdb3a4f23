-- One row per hazard of the enforcement list, with grade, deadline and the state its accepted events prove: what the method
-- counts. What other departments reported of it, and hazards only they know, stand in fct_hazard_lives.
-- Grade: G1/G2 general by days given, G3 serious (local), G4 major. The word alone never makes a hazard major:
-- its clause must be one that can be. A disputed one is judged as general, so that a word never takes it out of sight.
with merged as (select * from {{ ref('map_hazard_records') }} where silo = 'enforcement'),

hazards as (
    select
        listed.*,
        coalesce(merged.hazard_id, 'H' || listed.hazard_no) as hazard_id
    from {{ ref('stg_enforcement__hazards') }} as listed
    left join merged on listed.district_code = merged.district_code and listed.hazard_no = merged.report_no
    -- two numbers that people called one hazard count once, as the one found first
    qualify row_number() over (
        partition by listed.district_code, coalesce(merged.hazard_id, 'H' || listed.hazard_no)
        order by listed.found_at, listed.hazard_no
    ) = 1
),

events as (select * from {{ ref('fct_hazard_events') }}),

firms as (select * from {{ ref('map_enterprises_enforcement') }}),

clauses as (select * from {{ ref('ref_hazard_clauses') }}),

grade_words as (select * from {{ ref('ref_words') }} where list_code = 'hazard_grade'),

source_words as (select * from {{ ref('ref_words') }} where list_code = 'hazard_source'),

status_words as (select * from {{ ref('ref_words') }} where list_code = 'hazard_status'),

limits as (
    select grade_code, max(sla_hours) as sla_hours
    from {{ ref('method_hazard_sla') }}
    where row_type = 'sla' and to_state = 'RECTIFIED'
    group by grade_code
),

lives as (
    select
        district_code,
        hazard_id,
        {{ state_reached_at('CONFIRMED') }} as confirmed_at,
        {{ state_reached_at('CONTROLLED') }} as controlled_at,
        {{ state_reached_at('RECTIFIED', 'max') }} as rectified_at,
        {{ state_reached_at('REVIEWED', 'max') }} as reviewed_at,
        {{ state_reached_at('CLOSED') }} as closed_at,
        {{ state_reached_at('TRANSFERRED') }} as transferred_at,
        max_by(state_after, step_number) as state_code,
        cast(sum(case when is_accepted then 0 else 1 end) as integer) as refused_event_count,
        cast(sum(case when is_accepted and event_state = 'REWORK' then 1 else 0 end) as integer) as rework_count
    from events
    group by district_code, hazard_id
),

placed as (
    select
        hazards.*,
        {{ town_id_of('hazards') }} as town_id,
        {{ town_match_of('hazards') }} as town_match
    from hazards
    {{ town_joins('hazards', 'LOCAL', on_date=local_date('hazards.found_at')) }}
),

graded as (
    select
        placed.*,
        {{ hazard_grade('grade_words.meaning_code', 'clauses.is_major_possible', 'placed.found_at', 'placed.deadline_date') }} as grade_code,
        coalesce(grade_words.meaning_code, 'unknown') as grade_word_meaning,
        grade_words.meaning_code is null
        or (grade_words.meaning_code = 'major' and not coalesce(clauses.is_major_possible, false)) as is_grade_disputed,
        clauses.clause_code is not null as is_clause_known
    from placed
    left join grade_words
        on placed.grade_word = grade_words.word
        and {{ local_date('placed.found_at') }} >= grade_words.effective_from
        and {{ local_date('placed.found_at') }} <= grade_words.effective_to
    left join clauses on placed.clause_code = clauses.clause_code
)

select
    graded.district_code,
    graded.hazard_id,
    graded.hazard_no,
    graded.inspection_no,
    firms.enterprise_id,
    graded.firm_no,
    graded.town_id,
    graded.town_match,
    graded.town_code,
    graded.town_name,
    coalesce(source_words.meaning_code, 'unknown') as source_code,
    graded.clause_code,
    graded.grade_code,
    graded.grade_word,
    graded.grade_word_meaning,
    coalesce(nullif(lives.state_code, ''), 'DISCOVERED') as state_code,
    graded.status_word,
    graded.hazard_text,
    coalesce(lives.refused_event_count, 0) as refused_event_count,
    coalesce(lives.rework_count, 0) as rework_count,
    graded.grade_code in ('G1', 'G2') as is_general,
    graded.grade_code = 'G4' as is_major,
    graded.is_grade_disputed,
    graded.is_clause_known,
    -- the list says closed, the events do not prove it
    coalesce(status_words.meaning_code = 'closed', false) and lives.closed_at is null as is_closed_in_word_only,
    graded.deadline_date is null as is_deadline_from_rule,
    graded.deadline_date,
    graded.plan_date,
    graded.found_at,
    -- the whole last day counts; without a date the time limit of the grade does
    case
        when graded.deadline_date is not null then {{ local_midnight(add_days('graded.deadline_date', 1)) }}
        else graded.found_at + interval '1' hour * cast(limits.sla_hours as integer)
    end as deadline_at,
    lives.confirmed_at,
    lives.controlled_at,
    lives.rectified_at,
    lives.reviewed_at,
    lives.closed_at,
    lives.transferred_at,
    graded.landing_ref
from graded
left join lives on graded.district_code = lives.district_code and graded.hazard_id = lives.hazard_id
left join firms on graded.district_code = firms.district_code and graded.firm_no = firms.firm_no
left join source_words
    on graded.source_word = source_words.word
    and {{ local_date('graded.found_at') }} >= source_words.effective_from
    and {{ local_date('graded.found_at') }} <= source_words.effective_to
left join status_words
    on graded.status_word = status_words.word
    and {{ local_date('graded.found_at') }} >= status_words.effective_from
    and {{ local_date('graded.found_at') }} <= status_words.effective_to
left join limits on graded.grade_code = limits.grade_code
