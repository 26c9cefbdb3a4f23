-- One row per unit x rule that binds it x period, with whether what the rule needs was sent: the rules that count evidence rows. A rule
-- for another class, size or kind of unit does not bind and has no row; what a bound unit did not send is not reported, never met.
with units as (select * from {{ ref('int_certification_units') }}),

periods as (select * from {{ ref('dim_periods') }}),

rules as (select * from {{ ref('method_cert_rules') }} where is_due),

industries as (select * from {{ ref('method_enterprise_industries') }}),

firms as (
    select
        enterprises.district_code,
        enterprises.enterprise_id,
        enterprises.is_high_risk,
        enterprises.staff_count,
        enterprises.industry_code,
        coalesce(enterprises.special_operator_count, 0) > 0 as has_operators,
        industries.is_hazchem
    from {{ ref('dim_enterprises') }} as enterprises
    inner join industries on enterprises.industry_code = industries.industry_code
    where enterprises.is_rated_unit
),

-- what was sent of a unit: subject_code x unit x period
sent as (
    select distinct 'roster' as subject_code, district_code, town_id as unit_id, period from {{ ref('int_station_staff') }}
    union all
    select distinct 'hours', facts.district_code, facts.town_id, periods.period
    from {{ ref('fct_work_hours') }} as facts
    inner join periods on facts.district_code = periods.district_code and facts.month_date between periods.start_date and periods.end_date
    where facts.work_hours > 0 and facts.town_id is not null
    union all
    select distinct 'officers', district_code, enterprise_id, period from {{ ref('fct_safety_officers') }}
    union all
    select distinct 'operators', district_code, enterprise_id, period from {{ ref('fct_special_operators') }}
    union all
    select distinct 'bands', district_code, unit_id, period from {{ ref('e103_safety_staff') }} where entity_type = 'rule'
    union all
    select distinct 'organisation', facts.district_code, facts.enterprise_id, periods.period
    from {{ ref('fct_firm_organisations') }} as facts
    inner join periods on facts.district_code = periods.district_code
    union all
    select distinct 'rescue_staff', facts.district_code, facts.enterprise_id, periods.period
    from {{ ref('fct_firm_rescue_staff') }} as facts
    inner join periods on facts.district_code = periods.district_code
    union all
    select distinct 'managers', district_code, unit_id, period
    from {{ ref('int_enterprise_holdings') }}
    where rule_id in ('EN-11', 'EN-12')
    union all
    select distinct 'workers', district_code, enterprise_id, quarter_code from {{ ref('fct_worker_trainings') }}
    union all
    select distinct 'files', district_code, unit_id, period from {{ ref('en_16_training_files') }}
    union all
    select distinct 'spaces', district_code, unit_id, period from {{ ref('en_19_confined_spaces') }}
    union all
    select distinct 'control_room', district_code, unit_id, period from {{ ref('fd_04_control_rooms') }}
),

-- lists that one silo sends of everybody: nothing of anybody came, or the list is there
lists as (
    select 'officers_of_villages' as list_code, count(*) as row_count from {{ ref('fct_information_officers') }}
    union all
    select 'policies', count(*) from {{ ref('fct_staff_insurances') }}
    union all
    select 'learning', count(*) from {{ ref('fct_learning_records') }}
    union all
    select 'vehicles', count(*) from {{ ref('fct_station_vehicles') }}
    union all
    select 'crews', count(*) from {{ ref('fct_team_members') }} where silo = 'fire'
    union all
    select 'members', count(*) from {{ ref('fct_team_members') }} where silo = 'civil'
    union all
    select 'experts', count(*) from {{ ref('fct_experts') }}
),

-- rule x unit that it binds, the subject that must have been sent of the unit and the list that must have come
bound as (
    select
        units.scope,
        units.district_code,
        units.unit_id,
        rules.rule_id,
        rules.effective_from,
        rules.effective_to,
        case when rules.rule_id = 'ST-19' then 'hours' when rules.rule_id in ('ST-14', 'ST-15', 'ST-16') then null else 'roster' end as subject_code,
        case
            when rules.rule_id in ('ST-08', 'ST-09', 'ST-10', 'ST-11') then 'learning'
            when rules.rule_id = 'ST-14' then 'officers_of_villages'
            when rules.rule_id in ('ST-15', 'ST-16') then 'vehicles'
            when rules.rule_id = 'ST-17' then 'policies'
            else null
        end as list_code
    from units
    inner join rules
        on units.scope = 'station'
        and rules.rule_id in ('ST-08', 'ST-09', 'ST-10', 'ST-11', 'ST-14', 'ST-15', 'ST-16', 'ST-17', 'ST-19')
    union all
    select
        'fire_team',
        teams.district_code,
        teams.team_no,
        rules.rule_id,
        rules.effective_from,
        rules.effective_to,
        null,
        'crews'
    from {{ ref('fct_fire_teams') }} as teams
    inner join rules
        on rules.rule_id = case teams.team_kind when 'first_class' then 'FD-01' when 'second_class' then 'FD-02' else 'FD-03' end
    union all
    select
        units.scope,
        units.district_code,
        units.unit_id,
        rules.rule_id,
        rules.effective_from,
        rules.effective_to,
        null,
        case when rules.rule_id in ('SO-03', 'SO-04') then 'members' when rules.scope = 'expert' then 'experts' else null end
    from units
    inner join rules on units.scope = rules.scope and rules.scope in ('social', 'expert')
    union all
    select
        'enterprise',
        firms.district_code,
        firms.enterprise_id,
        rules.rule_id,
        rules.effective_from,
        rules.effective_to,
        case
            when rules.rule_id = 'EN-01' then 'officers'
            when rules.calc_kind = 'safety_headcount' then 'bands'
            when rules.rule_id = 'EN-10' then 'organisation'
            when rules.rule_id in ('EN-11', 'EN-12') then 'managers'
            when rules.rule_id in ('EN-13', 'EN-14', 'EN-15') then 'workers'
            when rules.rule_id = 'EN-16' then 'files'
            when rules.rule_id = 'EN-17' then 'operators'
            when rules.rule_id = 'EN-19' then 'spaces'
            when rules.rule_id = 'EN-20' then 'rescue_staff'
            else 'control_room'
        end,
        null
    from firms
    inner join rules
        on rules.scope = 'enterprise'
        and case
            when rules.rule_id in ('EN-01', 'EN-12', 'EN-14') then firms.is_high_risk
            when rules.rule_id in ('EN-11', 'EN-13') then not firms.is_high_risk
            when rules.risk_scope = 'hazchem' then firms.is_hazchem
            -- a firm that does not state its staff is in the lowest band, and not reported there
            when rules.calc_kind = 'safety_headcount' then
                (rules.risk_scope = 'high') = firms.is_high_risk
                and coalesce(firms.staff_count, 0) >= rules.staff_from
                and (rules.staff_below is null or coalesce(firms.staff_count, 0) < rules.staff_below)
            when rules.rule_id = 'EN-10' then firms.is_hazchem or firms.industry_code = 'metal_smelt'
            when rules.rule_id in ('EN-15', 'EN-16') then true
            when rules.rule_id = 'EN-20' then firms.is_high_risk or firms.industry_code = 'crowded'
            -- those with operators, confined spaces, control rooms: known from the lists of them
            else rules.rule_id = 'EN-17' and firms.has_operators
        end
),

-- bound by what is on a list: operators on the register, confined spaces, control rooms
listed as (
    select 'enterprise' as scope, sent.district_code, sent.unit_id, rules.rule_id, sent.period, sent.subject_code
    from sent
    inner join rules
        on rules.rule_id = case sent.subject_code when 'operators' then 'EN-17' when 'spaces' then 'EN-19' when 'control_room' then 'FD-04' else null end
    inner join units on units.scope = 'enterprise' and sent.unit_id = units.unit_id
    inner join periods
        on sent.district_code = periods.district_code
        and sent.period = periods.period
        and {{ last_day() }} between rules.effective_from and rules.effective_to
),

dated as (
    select
        bound.scope,
        bound.district_code,
        bound.unit_id,
        bound.rule_id,
        periods.period,
        bound.subject_code,
        bound.list_code
    from bound
    inner join periods
        on bound.district_code = periods.district_code
        and {{ last_day() }} between bound.effective_from and bound.effective_to
    union
    select scope, district_code, unit_id, rule_id, period, subject_code, null
    from listed
)

select
    dated.scope,
    dated.district_code,
    dated.unit_id,
    dated.rule_id,
    dated.period,
    (dated.subject_code is null or sent.unit_id is not null) and (dated.list_code is null or lists.row_count > 0) as is_reported
from dated
left join sent
    on dated.subject_code = sent.subject_code
    and dated.district_code = sent.district_code
    and dated.unit_id = sent.unit_id
    and dated.period = sent.period
left join lists on dated.list_code = lists.list_code
