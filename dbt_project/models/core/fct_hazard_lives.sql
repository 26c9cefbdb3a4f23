-- One row per hazard, whoever reported it: all its reports, the earliest finding, one life.
-- Clause, place, words and deadline are those of its leading report: the one on the enforcement list, else the first.
-- What the method counts stands in fct_hazards.
with reports as (
    select
        told.*,
        merged.hazard_id,
        coalesce(firms.enterprise_id, 'E' || told.uscc) as enterprise_id
    from {{ ref('fct_hazard_records') }} as told
    inner join {{ ref('map_hazard_records') }} as merged
        on told.district_code = merged.district_code
        and told.record_id = merged.record_id
    left join {{ ref('map_enterprise_records') }} as firms
        on told.district_code = firms.district_code
        -- a list that names its firm by number is known by that line of its register
        and firms.record_id = case
            when told.silo in ('enforcement', 'firms') then told.silo || ':enterprises:' || told.firm_no
            else told.record_id
        end
),

placed as (
    select
        reports.*,
        {{ town_id_of('reports') }} as town_id
    from reports
    {{ town_joins('reports', 'reports.code_scheme', on_date='reports.seen_date') }}
),

lead_reports as (
    select *
    from placed
    qualify row_number() over (
        partition by district_code, hazard_id
        order by case when silo = 'enforcement' then 0 else 1 end, found_at, record_id
    ) = 1
),

silos as (
    select distinct
        district_code,
        hazard_id,
        silo
    from placed
),

named as (
    select
        district_code,
        hazard_id,
        {{ join_text('silo', ',', 'silo') }} as silos,
        cast(count(*) as integer) as silo_count
    from silos
    group by district_code, hazard_id
),

summed as (
    select
        district_code,
        hazard_id,
        cast(count(*) as integer) as report_count,
        min(found_at) as found_at,
        max(found_at) as last_reported_at,
        min_by(silo, record_id) filter (where found_at = first_found_at) as first_silo,
        max(enterprise_id) as enterprise_id,
        count(distinct enterprise_id) as enterprise_count,
        max(town_id) as town_id,
        count(distinct grade_meaning) > 1 as is_grade_disputed,
        count(distinct clause_code) > 1 as is_clause_disputed,
        max(case when silo = 'enforcement' then 1 else 0 end) = 1 as is_counted
    from (
        select
            *,
            min(found_at) over (partition by district_code, hazard_id) as first_found_at
        from placed
    ) as with_first
    group by district_code, hazard_id
),

lives as (
    select
        district_code,
        hazard_id,
        {{ state_reached_at('CONFIRMED') }} as confirmed_at,
        {{ state_reached_at('CONTROLLED') }} as controlled_at,
        {{ state_reached_at('RECTIFIED', 'max') }} as rectified_at,
        {{ state_reached_at('CLOSED') }} as closed_at,
        max_by(state_after, step_number) as state_code,
        cast(count(*) as integer) as event_count,
        cast(sum(case when event_status = 'told_again' then 1 else 0 end) as integer) as told_again_count
    from {{ ref('fct_hazard_life_events') }}
    group by district_code, hazard_id
)

select
    summed.district_code,
    summed.hazard_id,
    lead_reports.record_id as leading_record_id,
    -- reports that name two firms name none for sure
    case when summed.enterprise_count = 1 then summed.enterprise_id else null end as enterprise_id,
    coalesce(lead_reports.town_id, summed.town_id) as town_id,
    lead_reports.clause_code,
    lead_reports.group_code,
    lead_reports.grade_meaning,
    lead_reports.hazard_text,
    lead_reports.firm_name,
    named.silos,
    summed.first_silo,
    coalesce(nullif(lives.state_code, ''), 'DISCOVERED') as state_code,
    named.silo_count,
    summed.report_count,
    coalesce(lives.event_count, 0) as event_count,
    coalesce(lives.told_again_count, 0) as told_again_count,
    summed.is_counted,
    summed.is_grade_disputed,
    summed.is_clause_disputed,
    lead_reports.deadline_date,
    summed.found_at,
    summed.last_reported_at,
    lives.confirmed_at,
    lives.controlled_at,
    lives.rectified_at,
    lives.closed_at,
    lead_reports.landing_ref
from summed
inner join lead_reports
    on summed.district_code = lead_reports.district_code
    and summed.hazard_id = lead_reports.hazard_id
inner join named
    on summed.district_code = named.district_code
    and summed.hazard_id = named.hazard_id
left join lives
    on summed.district_code = lives.district_code
    and summed.hazard_id = lives.hazard_id
