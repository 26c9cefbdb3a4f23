{{ config(materialized='table') }}
-- One row per station rule on training, insurance and licences x person x period: what is held on the last day, and of hours
-- how many there are and must be. Rules on certificates and heads read int_person_certificates and the roster instead.
with staff as (select * from {{ ref('int_station_staff') }} where is_counted),

periods as (select * from {{ ref('dim_periods') }}),

rules as (select * from {{ ref('method_cert_rules') }}),

records as (select * from {{ ref('fct_learning_records') }} where person_id is not null and learning_hours > 0),

learned_days as ({{ learned_days(
    'records.learned_date <= periods.end_date and records.learned_date > ' ~ add_months('periods.end_date', '-12')
) }}),

learned as (
    select
        district_code,
        person_id,
        period,
        sum(day_hours) as hours,
        min(landing_ref) as landing_ref
    from learned_days
    group by district_code, person_id, period
),

courses as (
    select
        records.district_code,
        records.person_id,
        periods.period,
        min(case when records.is_induction then records.learned_date else null end) as induction_date,
        max(case when records.is_rotation then records.learned_date else null end) as rotation_date,
        min(case when records.is_induction then records.landing_ref else null end) as induction_ref,
        min(case when records.is_rotation then records.landing_ref else null end) as rotation_ref
    from records
    inner join periods
        on records.district_code = periods.district_code
        and records.learned_date <= periods.end_date
    where records.is_induction or records.is_rotation
    group by records.district_code, records.person_id, periods.period
),

policies as (
    select
        covers.district_code,
        covers.person_id,
        periods.period,
        max(covers.valid_to_date) as valid_to_date,
        min(covers.landing_ref) as landing_ref
    from {{ ref('fct_staff_insurances') }} as covers
    inner join periods
        on covers.district_code = periods.district_code
        and covers.valid_from_date <= periods.end_date
    where covers.is_accident
    group by covers.district_code, covers.person_id, periods.period
),

officers as (
    select district_code, person_id, period
    from {{ ref('int_person_certificates') }}
    where cert_type_code = 'law' and is_valid
),

-- who came within the year owes the share of it
members as (
    select
        staff.*,
        periods.end_date,
        officers.person_id is not null and staff.is_in_quota as is_officer,
        coalesce(least(
            cast(1 as decimal(9, 6)),
            cast(({{ days_between('staff.hired_date', 'periods.end_date') }} + 1) / nullif(cast(365 as decimal(9, 3)), 0) as decimal(9, 6))
        ), 1) as year_share
    from staff
    inner join periods on staff.district_code = periods.district_code and staff.period = periods.period
    left join officers
        on staff.district_code = officers.district_code
        and staff.period = officers.period
        and staff.person_id = officers.person_id
),

squads as (
    select
        lines.district_code,
        lines.town_id,
        lines.period,
        lines.person_id,
        lines.person_name_mask,
        lines.post_word,
        papers.cert_type_code,
        papers.cert_no_mask,
        papers.cert_status,
        papers.valid_to_date,
        papers.next_date,
        papers.landing_ref
    from ({{ rows_standing('fct_team_members', 'joined_date', 'left_date', "facts.silo = 'emergency' and facts.town_id is not null") }}) as lines
    inner join {{ ref('fct_member_certificates') }} as papers
        on lines.district_code = papers.district_code
        and lines.period = papers.period
        and lines.person_id = papers.person_id
    qualify row_number() over (
        partition by lines.district_code, lines.town_id, lines.period, lines.person_id, papers.cert_type_code
        order by
            case when papers.is_valid then 0 else 1 end,
            papers.next_date desc nulls last,
            papers.certificate_id,
            lines.member_no
    ) = 1
),

held as (
    select
        members.district_code,
        members.town_id as unit_id,
        members.period,
        rules.rule_id,
        members.person_id,
        members.person_name_mask,
        members.post_code as post_word,
        cast(null as string) as cert_no_mask,
        case when coalesce(learned.hours, 0) >= rules.hours_min * members.year_share then 'valid' else 'none' end as held_status,
        true as is_eligible,
        cast(coalesce(learned.hours, 0) as decimal(9, 2)) as hours,
        cast(rules.hours_min * members.year_share as decimal(9, 2)) as hours_needed,
        cast(null as date) as valid_to_date,
        cast(null as date) as next_date,
        coalesce(learned.landing_ref, members.landing_ref) as landing_ref
    from members
    inner join rules on (rules.rule_id = 'ST-08' and members.is_officer) or rules.rule_id = 'ST-09'
    left join learned
        on members.district_code = learned.district_code
        and members.period = learned.period
        and members.person_id = learned.person_id
    union all
    -- ST-10: those taken on in the twelve months to the last day; judged once their days have run out or they were inducted in time
    select
        members.district_code,
        members.town_id,
        members.period,
        'ST-10',
        members.person_id,
        members.person_name_mask,
        members.post_code,
        cast(null as string),
        case when courses.induction_date <= {{ add_days('members.hired_date', parameter('induction_days')) }} then 'valid' else 'none' end,
        {{ add_days('members.hired_date', parameter('induction_days')) }} < members.end_date
        or coalesce(courses.induction_date <= {{ add_days('members.hired_date', parameter('induction_days')) }}, false),
        cast(null as decimal(9, 2)),
        cast(null as decimal(9, 2)),
        courses.induction_date,
        case when courses.induction_date is null then {{ add_days('members.hired_date', parameter('induction_days')) }} else null end,
        coalesce(courses.induction_ref, members.landing_ref)
    from members
    left join courses
        on members.district_code = courses.district_code
        and members.period = courses.period
        and members.person_id = courses.person_id
    where members.hired_date > {{ add_months('members.end_date', '-12') }}
    union all
    -- ST-11: a rotation holds for its months; who has not been here so long has time left
    select
        members.district_code,
        members.town_id,
        members.period,
        'ST-11',
        members.person_id,
        members.person_name_mask,
        members.post_code,
        cast(null as string),
        {{ holding_status(add_months('courses.rotation_date', 'cast(rules.validity_months as integer)'), 'members.end_date', 'rules.warn_days') }},
        courses.rotation_date is not null
        or coalesce({{ add_months('members.hired_date', 'cast(rules.validity_months as integer)') }} <= members.end_date, true),
        cast(null as decimal(9, 2)),
        cast(null as decimal(9, 2)),
        {{ add_months('courses.rotation_date', 'cast(rules.validity_months as integer)') }},
        {{ add_months('coalesce(courses.rotation_date, members.hired_date)', 'cast(rules.validity_months as integer)') }},
        coalesce(courses.rotation_ref, members.landing_ref)
    from members
    inner join rules on rules.rule_id = 'ST-11'
    left join courses
        on members.district_code = courses.district_code
        and members.period = courses.period
        and members.person_id = courses.person_id
    union all
    select
        members.district_code,
        members.town_id,
        members.period,
        'ST-17',
        members.person_id,
        members.person_name_mask,
        members.post_code,
        cast(null as string),
        {{ holding_status('policies.valid_to_date', 'members.end_date', 'rules.warn_days') }},
        true,
        cast(null as decimal(9, 2)),
        cast(null as decimal(9, 2)),
        policies.valid_to_date,
        policies.valid_to_date,
        coalesce(policies.landing_ref, members.landing_ref)
    from members
    inner join rules on rules.rule_id = 'ST-17'
    left join policies
        on members.district_code = policies.district_code
        and members.period = policies.period
        and members.person_id = policies.person_id
    union all
    select
        squads.district_code,
        squads.town_id,
        squads.period,
        rules.rule_id,
        squads.person_id,
        squads.person_name_mask,
        squads.post_word,
        squads.cert_no_mask,
        squads.cert_status,
        true,
        cast(null as decimal(9, 2)),
        cast(null as decimal(9, 2)),
        squads.valid_to_date,
        squads.next_date,
        squads.landing_ref
    from squads
    inner join rules on squads.cert_type_code = rules.cert_type_code and rules.rule_id in ('ST-15', 'ST-16')
)

select * from held
