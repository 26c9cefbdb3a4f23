-- Every town has all 70 indicators in every period, and nothing else has a row.
select towns.town_id, periods.period, count(scores.indicator_code) as found
from {{ ref('dim_towns') }} as towns
cross join {{ ref('dim_periods') }} as periods
left join {{ ref('town_indicator_scores') }} as scores
    on towns.town_id = scores.town_id and periods.period = scores.period
group by towns.town_id, periods.period
having count(scores.indicator_code) <> (
    select count(*) from {{ ref('method_town_indicators') }}
    where kind = 'indicator' and method_version = '{{ var("method_version") }}'
)
