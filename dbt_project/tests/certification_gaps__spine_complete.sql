-- Each town has one row per due station rule and period, whatever its station reported.
select towns.town_id, periods.period, rules.rule_id
from {{ ref('dim_towns') }} as towns
cross join {{ ref('dim_periods') }} as periods
cross join {{ ref('method_cert_rules') }} as rules
left join {{ ref('certification_gaps') }} as gaps
    on towns.town_id = gaps.town_id and periods.period = gaps.period and rules.rule_id = gaps.rule_id
where rules.scope = 'station' and rules.is_due and gaps.town_id is null
