-- One row per enterprise x bonus x period: the points its evidence earns, up to the most that bonus gives. The cap on all is the rating's.
with evidence as (
    select district_code, unit_id, period, indicator_code, sum(numerator) as times
    from {{ ref('enterprise_item_evidence') }}
    where indicator_code like 'EP%'
    group by district_code, unit_id, period, indicator_code
)

select
    evidence.district_code,
    evidence.unit_id as enterprise_id,
    evidence.period,
    evidence.indicator_code as bonus_code,
    cast(least(bonuses.max_points, bonuses.points_each * evidence.times) as decimal(6, 2)) as bonus_points
from evidence
inner join {{ ref('dim_periods') }} as periods
    on evidence.district_code = periods.district_code and evidence.period = periods.period
inner join {{ ref('method_enterprise_items') }} as bonuses
    on evidence.indicator_code = bonuses.item_code
    and bonuses.is_due
    and {{ last_day() }} between bonuses.effective_from and bonuses.effective_to
