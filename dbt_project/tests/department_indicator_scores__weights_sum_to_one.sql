-- The weights of what is due and applies make one whole per department and period.
select department, period, sum(weight_share) as weight
from {{ ref('department_indicator_scores') }}
group by department, period
having sum(weight_share) not in (0, 1)
