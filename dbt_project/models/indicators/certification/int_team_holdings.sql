-- One row per rule on fire teams, civil teams and experts x unit x person x period: what is held on the last day.
with periods as (select * from {{ ref('dim_periods') }}),

rules as (select * from {{ ref('method_cert_rules') }}),

papers as (select * from {{ ref('fct_member_certificates') }} where cert_type_code in ('rescue', 'first_aid')),

members as (
    select
        lines.*,
        periods.period,
        periods.end_date
    from {{ ref('fct_team_members') }} as lines
    inner join periods
        on lines.district_code = periods.district_code
        and (lines.joined_date is null or lines.joined_date <= periods.end_date)
        and (lines.left_date is null or lines.left_date > periods.end_date)
),

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
        case
            when experts.term_ends_date is null then 'unverifiable'
            when experts.term_ends_date < periods.end_date then 'expired'
            when experts.term_ends_date <= {{ add_days('periods.end_date', 'rules.warn_days') }} then 'expiring'
            else 'valid'
        end,
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
qualify row_number() over (
    partition by district_code, unit_id, period, rule_id, person_id
    order by
        case when is_eligible then 0 else 1 end,
        case held_status when 'valid' then 0 when 'expiring' then 1 else 2 end,
        next_date desc nulls last,
        landing_ref
) = 1
