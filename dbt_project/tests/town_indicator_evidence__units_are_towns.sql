-- Town evidence counts for a town of today, in an assessed period, for a rule that is due.
select evidence.indicator_code, evidence.unit_id, evidence.period
from {{ ref('town_indicator_evidence') }} as evidence
left join {{ ref('dim_towns') }} as towns on evidence.unit_id = towns.town_id
left join {{ ref('dim_periods') }} as periods on evidence.period = periods.period
left join {{ ref('method_town_indicators') }} as indicators
    on evidence.indicator_code = indicators.indicator_code and indicators.is_due
where towns.town_id is null or periods.period is null or indicators.indicator_code is null
