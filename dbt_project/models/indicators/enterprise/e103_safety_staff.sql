-- E103: one row per head-count rule (EN-02 to EN-09) that fits the firm's risk class and staff, numerator = persons short,
-- and one row per appointed safety officer as receipt. The bands are the seed's: from staff_from, below staff_below.
-- No row: staff unknown (nobody can say how many are needed), or the firm is not on the register of officers at all
-- (silence is no proof of a breach; it earns nothing either). Listed with a principal only: short.
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

periods as (select * from {{ ref('dim_periods') }}),

industries as (select * from {{ ref('method_enterprise_industries') }}),

rules as (select * from {{ ref('method_cert_rules') }} where calc_kind = 'safety_headcount'),

register as (select * from {{ ref('fct_safety_officers') }}),

officers as (select * from register where is_safety_officer),

listed as (select distinct enterprise_id, period from register),

counted as (
    select
        enterprise_id,
        period,
        cast(count(distinct person_id) as integer) as any_count,
        cast(count(distinct case when is_full_time then person_id else null end) as integer) as full_time_count,
        cast(count(distinct case when is_full_time and is_certificate_valid then person_id else null end) as integer) as certified_count
    from officers
    group by enterprise_id, period
),

needs as (
    select
        firms.district_code,
        firms.enterprise_id,
        firms.landing_ref,
        periods.period,
        rules.rule_id,
        greatest(
            rules.required_min,
            cast(coalesce(ceil(rules.required_share * firms.staff_count), 0) as integer)
        ) as required_count,
        case
            when rules.risk_scope = 'hazchem' then coalesce(counted.certified_count, 0)
            when rules.full_time_only then coalesce(counted.full_time_count, 0)
            else coalesce(counted.any_count, 0)
        end as officer_count
    from firms
    inner join periods on firms.district_code = periods.district_code
    inner join listed on firms.enterprise_id = listed.enterprise_id and periods.period = listed.period
    inner join industries on firms.industry_code = industries.industry_code
    inner join rules
        on {{ last_day() }} between rules.effective_from and rules.effective_to
        and firms.staff_count >= rules.staff_from
        and (rules.staff_below is null or firms.staff_count < rules.staff_below)
        and (
            (rules.risk_scope = 'high' and firms.is_high_risk)
            or (rules.risk_scope = 'other' and not firms.is_high_risk)
            or (rules.risk_scope = 'hazchem' and industries.is_hazchem)
        )
    left join counted on firms.enterprise_id = counted.enterprise_id and periods.period = counted.period
)

select
    needs.district_code,
    'E103' as indicator_code,
    needs.enterprise_id as unit_id,
    needs.period as period,
    'rule' as entity_type,
    rule_id as entity_id,
    cast(greatest(required_count - officer_count, 0) as decimal(18, 6)) as numerator,
    cast(required_count as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    landing_ref as landing_ref
from needs
union all
select
    officers.district_code,
    'E103' as indicator_code,
    officers.enterprise_id as unit_id,
    officers.period as period,
    'person' as entity_type,
    officers.person_id as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast(0 as decimal(18, 6)) as denominator,
    cast(officers.appointed_date as timestamp) as occurred_at,
    officers.landing_ref as landing_ref
from officers
