-- One row per rule on fire teams, civil teams and experts x unit x person x period: what is held on the last day.
with periods as (select * from {{ ref('dim_periods') }}),

rules as (select * from {{ ref('method_cert_rules') }}),

papers as (select * from {{ ref('fct_member_certificates') }} where cert_type_code in ('rescue', 'first_aid')),

members as ({{ rows_standing('fct_team_members', 'joined_date', 'left_date') }}),

held as (
    select
        members.district_code,
        members.team_no as unit_id,
        members.period,
        case teams.team_kind when 'first_class' then 'FD-01' when 'second_class' then 'FD-02' else 'FD-03' end as rule_id,
        members.person_id,
        members.person_name_mask,
        members.post_word,
        cast(null as string) as cert_no_mask,
        'none' as held_status,
        true as is_eligible,
        cast(null as date) as valid_to_date,
        cast(null as date) as next_date,
        members.landing_ref
    from members
    inner join {{ ref('fct_fire_teams') }} as teams
        on members.district_code = teams.district_code
        and members.team_no = teams.team_no
    where members.silo = 'fire'
    union all
    select
        members.district_code,
        members.team_no,
        members.period,
        'SO-03',
        members.person_id,
        members.person_name_mask,
        members.post_word,
        papers.cert_no_mask,
        coalesce(papers.cert_status, 'none'),
        true,
        papers.valid_to_date,
        papers.next_date,
        coalesce(papers.landing_ref, members.landing_ref)
    from members
    left join papers
        on members.district_code = papers.district_code
        and members.period = papers.period
        and members.person_id = papers.person_id
    where members.silo = 'civil'
    union all
    select
        experts.district_code,
        experts.district_code,
        periods.period,
        'EX-01',
        experts.person_id,
        experts.person_name_mask,
        experts.field_word,
        cast(null as string),
        {{ holding_status('experts.term_ends_date', 'periods.end_date', 'rules.warn_days', undated='unverifiable') }},
        experts.is_senior,
        experts.term_ends_date,
        experts.term_ends_date,
        experts.landing_ref
    from {{ ref('fct_experts') }} as experts
    inner join rules on rules.rule_id = 'EX-01'
    inner join periods
        on experts.district_code = periods.district_code
        and (experts.appointed_date is null or experts.appointed_date <= periods.end_date)
)

select *
from held
{{ better_holding() }}
