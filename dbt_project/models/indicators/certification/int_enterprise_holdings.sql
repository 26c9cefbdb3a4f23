{{ config(materialized='table') }}
-- One row per enterprise rule x rated firm x person x period: what is held on the last day, and of hours how many there are and
-- must be. One person on two lines of a list stands once, on the better one.
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

periods as (select * from {{ ref('dim_periods') }}),

rules as (select * from {{ ref('method_cert_rules') }}),

-- which head-count rules fit the firm is decided in E103
bands as (
    select unit_id, period, entity_id as rule_id
    from {{ ref('e103_safety_staff') }}
    where entity_type = 'rule'
),

held as (
    -- EN-01: when six months since the appointment are over the assessment must be there
    select
        officers.district_code,
        officers.enterprise_id as unit_id,
        officers.period,
        'EN-01' as rule_id,
        officers.person_id,
        officers.person_name_mask,
        officers.role_word as post_word,
        cast(null as string) as cert_no_mask,
        officers.cert_status as held_status,
        officers.is_certificate_valid
        or coalesce({{ add_months('officers.appointed_date', '6') }} < periods.end_date, true) as is_eligible,
        cast(null as decimal(9, 2)) as hours,
        cast(null as decimal(9, 2)) as hours_needed,
        cast(null as integer) as level_number,
        cast(null as string) as shift_code,
        cast(null as date) as valid_to_date,
        cast(null as date) as review_due_date,
        coalesce(officers.next_date, {{ add_months('officers.appointed_date', '6') }}) as next_date,
        officers.landing_ref
    from {{ ref('fct_safety_officers') }} as officers
    inner join firms on officers.enterprise_id = firms.enterprise_id and firms.is_high_risk
    inner join periods on officers.district_code = periods.district_code and officers.period = periods.period
    union all
    select
        officers.district_code,
        officers.enterprise_id,
        officers.period,
        rules.rule_id,
        officers.person_id,
        officers.person_name_mask,
        officers.role_word,
        cast(null as string),
        case when rules.risk_scope = 'hazchem' then officers.cert_status else 'none' end,
        officers.is_full_time or not rules.full_time_only,
        cast(null as decimal(9, 2)),
        cast(null as decimal(9, 2)),
        cast(null as integer),
        cast(null as string),
        cast(null as date),
        cast(null as date),
        case when rules.risk_scope = 'hazchem' then officers.next_date else null end,
        officers.landing_ref
    from {{ ref('fct_safety_officers') }} as officers
    inner join firms on officers.enterprise_id = firms.enterprise_id
    inner join bands on officers.enterprise_id = bands.unit_id and officers.period = bands.period
    inner join rules on bands.rule_id = rules.rule_id
    where officers.is_safety_officer
    union all
    -- EN-11, EN-12: the first training in the first year, the yearly one after it
    select
        managers.district_code,
        managers.enterprise_id,
        managers.period,
        rules.rule_id,
        managers.person_id,
        managers.person_name_mask,
        managers.role_word,
        cast(null as string),
        case
            when managers.appointed_date > {{ add_months('managers.end_date', '-12') }} then
                case when coalesce(managers.first_hours, 0) >= rules.hours_first then 'valid' else 'none' end
            when coalesce(managers.yearly_training_hours, 0) >= rules.hours_min then 'valid'
            else 'none'
        end,
        true,
        cast(coalesce(case
            when managers.appointed_date > {{ add_months('managers.end_date', '-12') }} then managers.first_hours
            else managers.yearly_training_hours
        end, 0) as decimal(9, 2)),
        cast(case
            when managers.appointed_date > {{ add_months('managers.end_date', '-12') }} then rules.hours_first
            else rules.hours_min
        end as decimal(9, 2)),
        cast(null as integer),
        cast(null as string),
        cast(null as date),
        cast(null as date),
        cast(null as date),
        managers.landing_ref
    from ({{ rows_standing('fct_firm_managers', 'appointed_date', 'left_date') }}) as managers
    inner join firms on managers.enterprise_id = firms.enterprise_id
    inner join rules on rules.rule_id = case when firms.is_high_risk then 'EN-12' else 'EN-11' end
    union all
    select
        operators.district_code,
        operators.enterprise_id,
        operators.period,
        'EN-17',
        operators.person_id,
        operators.person_name_mask,
        operators.work_word,
        operators.cert_no_mask,
        operators.cert_status,
        true,
        cast(null as decimal(9, 2)),
        cast(null as decimal(9, 2)),
        cast(null as integer),
        cast(null as string),
        operators.valid_to_date,
        operators.review_due_date,
        operators.next_date,
        operators.landing_ref
    from {{ ref('fct_special_operators') }} as operators
    inner join firms on operators.enterprise_id = firms.enterprise_id
    union all
    select
        watchers.district_code,
        watchers.enterprise_id,
        periods.period,
        'FD-04',
        watchers.person_id,
        watchers.person_name_mask,
        '消防控制室值班',
        papers.cert_no_mask,
        coalesce(papers.cert_status, 'none'),
        true,
        cast(null as decimal(9, 2)),
        cast(null as decimal(9, 2)),
        papers.level_number,
        watchers.shift_code,
        papers.valid_to_date,
        cast(null as date),
        papers.next_date,
        watchers.landing_ref
    from {{ ref('fct_control_room_staff') }} as watchers
    inner join firms on watchers.enterprise_id = firms.enterprise_id
    inner join periods on watchers.district_code = periods.district_code
    left join {{ ref('fct_member_certificates') }} as papers
        on periods.period = papers.period
        and 'fire:' || watchers.record_no = papers.certificate_id
)

select *
from held
{{ better_holding(['level_number nulls last', 'hours desc nulls last']) }}
