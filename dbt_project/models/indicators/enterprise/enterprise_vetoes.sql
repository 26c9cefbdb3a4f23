-- One row per enterprise x veto x period that is in force at period end, with the rows that show it.
with hazards as (
    select * from {{ ref('fct_hazards') }} where enterprise_id is not null
),

periods as (select * from {{ ref('dim_periods') }}),

operators as (select * from {{ ref('fct_special_operators') }} where is_void),

breaches as (
    select * from {{ ref('int_enterprise_inspection_breaches') }} where item_code = 'EV05' and is_open_at_end
),

-- EV04: a major hazard past its deadline and still open on the last day of the period
overdue as (
    select hazards.district_code, hazards.enterprise_id, periods.period, 'EV04' as veto_code, hazards.landing_ref
    from hazards
    inner join periods
        on hazards.district_code = periods.district_code
        and hazards.deadline_at < periods.end_before_at
        and (hazards.closed_at is null or hazards.closed_at >= periods.end_before_at)
    where hazards.is_major
),

-- EV05: a person recorded as special operator whose certificate is missing or void, or such a finding still open
uncertified as (
    select district_code, enterprise_id, period, 'EV05' as veto_code, landing_ref from operators
    union all
    select district_code, enterprise_id, period, 'EV05', landing_ref from breaches
)

select
    district_code,
    enterprise_id,
    period,
    veto_code,
    cast(count(*) as bigint) as evidence_count,
    min(landing_ref) as landing_ref
from (select * from overdue
union all
select * from uncertified) as both_kinds
group by district_code, enterprise_id, period, veto_code
