-- Every department has all 24 indicators in every period.
select departments.department, periods.period, count(scores.indicator_code) as cells
from {{ ref('dim_departments') }} as departments
cross join {{ ref('dim_periods') }} as periods
left join {{ ref('department_indicator_scores') }} as scores
    on departments.department = scores.department and periods.period = scores.period
group by departments.department, periods.period
having count(scores.indicator_code) <> 24
