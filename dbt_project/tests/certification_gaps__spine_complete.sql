-- Each station has one row per due station rule and period, whatever it reported; each rated firm exactly one head-count rule of its
-- class, one rule on hours, one on new workers, and those that bind everybody.
select towns.town_id, periods.period, rules.rule_id
from {{ ref('dim_towns') }} as towns
cross join {{ ref('dim_periods') }} as periods
cross join {{ ref('method_cert_rules') }} as rules
left join {{ ref('certification_gaps') }} as gaps
    on towns.town_id = gaps.unit_id and periods.period = gaps.period and rules.rule_id = gaps.rule_id
where rules.scope = 'station' and rules.is_due and gaps.unit_id is null
    and periods.end_date between rules.effective_from and rules.effective_to
union all
select firms.enterprise_id, periods.period, groups.group_code
from {{ ref('dim_enterprises') }} as firms
inner join {{ ref('dim_periods') }} as periods on firms.district_code = periods.district_code
cross join (
    select 'heads' as group_code union all select 'hours' as group_code union all select 'new_workers' as group_code
    union all select 'returned' as group_code union all select 'files' as group_code
) as groups
left join {{ ref('certification_gaps') }} as gaps
    on firms.enterprise_id = gaps.unit_id
    and periods.period = gaps.period
    and groups.group_code = case
        when gaps.rule_id between 'EN-02' and 'EN-08' then 'heads'
        when gaps.rule_id in ('EN-11', 'EN-12') then 'hours'
        when gaps.rule_id in ('EN-13', 'EN-14') then 'new_workers'
        when gaps.rule_id = 'EN-15' then 'returned'
        when gaps.rule_id = 'EN-16' then 'files'
        else null
    end
where firms.is_rated_unit
group by firms.enterprise_id, periods.period, groups.group_code
having count(gaps.unit_id) <> 1
