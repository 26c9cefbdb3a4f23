-- One row per industry x due item x period: what the item is for it. What hangs on the single firm is asked with the results.
-- A table of its own: so few rows known beforehand let the engine stream the many cells of the firms past them.
-- Safety spending without a statutory rate weighs as its sector's benchmark does.
{{ config(materialized='table') }}
with periods as (select * from {{ ref('dim_periods') }}),

items as (select * from {{ ref('method_enterprise_items') }} where kind = 'item' and is_due),

industries as (select * from {{ ref('method_enterprise_industries') }}),

sectors as (select * from {{ ref('method_safety_fund_sectors') }} where preference = 1),

-- a table that did not come proves nothing of anybody
undelivered as (
    select distinct tables.item_code, deliveries.district_code, deliveries.period
    from {{ ref('method_item_tables') }} as tables
    inner join {{ ref('fct_silo_deliveries') }} as deliveries
        on tables.silo = deliveries.silo and tables.table_name = deliveries.table_name
    where deliveries.delivery_status <> 'delivered' and not deliveries.is_quiet
)

select
    periods.district_code,
    periods.period,
    industries.industry_code,
    items.item_code,
    items.calc_kind,
    items.silo,
    items.applies_rule,
    cast(
        items.max_points * case when items.item_code = 'E104' then coalesce(sectors.item_weight, 1) else 1 end
        as decimal(6, 2)
    ) as max_points,
    items.points_each,
    items.full_loss_below,
    case when undelivered.item_code is not null then 'not_reported' else items.no_evidence_status end as no_evidence_status,
    items.item_code = 'E104' and not coalesce(sectors.is_statutory, true) as is_benchmark,
    case items.element_code
        when 'E1' then industries.e1
        when 'E2' then industries.e2
        when 'E3' then industries.e3
        when 'E4' then industries.e4
        when 'E5' then industries.e5
        when 'E6' then industries.e6
        when 'E7' then industries.e7
        when 'E8' then industries.e8
        else null
    end as multiplier,
    -- null where the firm says whether it applies
    case items.applies_rule
        when 'all' then true
        when 'wet_industry' then industries.is_wet_industry
        when 'hazchem' then industries.is_hazchem
        when 'special_process' then industries.has_special_process
        when 'major_hazard' then true
        when 'if_any' then true
        else null
    end as is_of_industry
from periods
inner join items on {{ last_day() }} between items.effective_from and items.effective_to
inner join industries on {{ last_day() }} between industries.effective_from and industries.effective_to
left join undelivered
    on periods.district_code = undelivered.district_code
    and periods.period = undelivered.period
    and items.item_code = undelivered.item_code
left join sectors
    on industries.industry_code = sectors.industry_code
    and {{ last_day() }} between sectors.effective_from and sectors.effective_to
