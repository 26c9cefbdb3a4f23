{{ config(materialized='table') }}
-- One row per department x indicator x period, always: value, status, score, weight and points lost (METHOD 2 to 5).
-- Never fewer: a gap is a status. Weights of what is due and applies are renewed inside level 1, then over level 1.
with departments as (select * from {{ ref('dim_departments') }}),

periods as (select * from {{ ref('dim_periods') }}),

indicators as ({{ indicators_of('department') }}),

computed as (select * from {{ ref('int_department_values') }}),

scopes as (
    select *
    from {{ ref('method_department_scope') }}
    where method_version = '{{ var("method_version") }}'
),

deliveries as (select * from {{ ref('fct_silo_deliveries') }}),

needed as (select * from {{ ref('method_indicator_tables') }} where method_version = '{{ var("method_version") }}'),

-- a silo that sent nothing usable has nothing that could "not apply"
arrivals as (
    select district_code, silo, period, max(case when delivery_status = 'delivered' then 1 else 0 end) as has_delivered
    from deliveries
    group by district_code, silo, period
),

-- what others say of a department: all their tables came, or had nothing to tell
tellings as (
    select
        deliveries.district_code,
        needed.indicator_code,
        deliveries.period,
        min(case when deliveries.delivery_status = 'delivered' or coalesce(deliveries.is_quiet, false) then 1 else 0 end) as has_told
    from needed
    inner join deliveries on needed.silo = deliveries.silo and needed.table_name = deliveries.table_name
    group by deliveries.district_code, needed.indicator_code, deliveries.period
),

spine as (
    select
        departments.district_code,
        departments.department,
        periods.period,
        indicators.indicator_code,
        indicators.l1_code,
        indicators.direction,
        indicators.missing_rule,
        indicators.weight_l1,
        indicators.weight_l3,
        indicators.floor_value,
        indicators.target_value,
        indicators.is_due,
        -- a supplier that is no government body is judged on its data only (DOMAIN 3b), a department on what is its to do
        indicators.l1_code = 'DA' or (departments.is_government and scopes.department is not null) as is_judged,
        -- a file is not probed; whoever runs the sharing platform does not stand in its own log
        case
            when indicators.indicator_code = 'DA02' then departments.is_exchange_logged
            when indicators.indicator_code = 'DA03' then departments.is_online
            else true
        end as is_applicable,
        -- records that an audit found falsified are none: nothing of the data group stands (DV2), and nothing of it is unknown
        coalesce(indicators.l1_code = 'DA' and falsified.value > 0, false) as has_falsified,
        computed.numerator,
        computed.denominator,
        coalesce(computed.is_shrunk, false) as is_shrunk,
        coalesce(computed.evidence_count, 0) as evidence_count,
        case when indicators.l1_code = 'DA' then coalesce(arrivals.has_delivered, 0) else coalesce(tellings.has_told, 0) end as has_delivered,
        computed.value
    from departments
    inner join periods on departments.district_code = periods.district_code
    cross join indicators
    left join computed
        on departments.district_code = computed.district_code
        and departments.department = computed.department
        and indicators.indicator_code = computed.indicator_code
        and periods.period = computed.period
    left join computed as falsified
        on departments.district_code = falsified.district_code
        and departments.department = falsified.department
        and periods.period = falsified.period
        and falsified.indicator_code = 'DV2'
    left join scopes
        on departments.department = scopes.department
        and indicators.indicator_code = scopes.indicator_code
        and {{ last_day() }} between scopes.effective_from and scopes.effective_to
    left join tellings
        on departments.district_code = tellings.district_code
        and indicators.indicator_code = tellings.indicator_code
        and periods.period = tellings.period
    left join arrivals
        on departments.district_code = arrivals.district_code
        and departments.silo = arrivals.silo
        and periods.period = arrivals.period
),

judged as (
    select
        *,
        case
            when not is_due then 'not_due'
            when not is_judged or not is_applicable then 'not_applicable'
            when has_falsified then 'not_reported'
            when value is not null then 'observed'
            when missing_rule = 'M2' and has_delivered = 1 then 'not_applicable'
            else 'not_reported'
        end as cell_status
    from spine
),

scored as (
    select
        *,
        cast(case
            when cell_status in ('not_due', 'not_applicable') then null
            when cell_status = 'observed'
                then 100 * least(greatest({{ ratio('value - floor_value', 'target_value - floor_value', 9) }}, 0), 1)
            else 0
        end as decimal(18, 6)) as score,
        cell_status not in ('not_due', 'not_applicable') as is_weighed,
        has_falsified and cell_status = 'not_reported' as is_falsified
    from judged
),

{{ weight_shares('department', ['l1']) }}

select
    scored.district_code,
    scored.department,
    scored.period,
    scored.indicator_code,
    scored.l1_code,
    scored.cell_status,
    scored.is_due,
    scored.is_shrunk and scored.cell_status = 'observed' as is_shrunk,
    scored.is_falsified,
    scored.numerator,
    scored.denominator,
    cast(case when scored.cell_status = 'observed' then scored.value else null end as decimal(18, 6)) as value,
    scored.score,
    cast(coalesce(settled.weight_share, 0) as decimal(18, 9)) as weight_share,
    cast(coalesce(settled.weight_share * (100 - scored.score), 0) as decimal(18, 6)) as points_lost,
    cast(coalesce(settled.weight_share, 0) * case when scored.cell_status = 'observed' then scored.score else 0 end as decimal(18, 6))
        as lower_points,
    cast(coalesce(settled.weight_share, 0) * case
        when scored.cell_status = 'observed' or scored.is_falsified then scored.score
        else 100
    end as decimal(18, 6))
        as upper_points,
    scored.evidence_count
from scored
left join settled
    on scored.district_code = settled.district_code
    and scored.department = settled.department
    and scored.period = settled.period
    and scored.indicator_code = settled.indicator_code
