-- One row per department x period: how far its rank among its like can be trusted (METHOD 8). Never fewer: who is not rated has no interval.
with scores as (select * from {{ ref('department_quarter_scores') }}),

{{ rank_intervals('department', 'department', 'rank_in_group') }}

select
    scores.district_code,
    scores.department,
    scores.period,
    scores.group_code,
    scores.rank_in_group,
    {{ published_intervals() }}
from scores
left join intervals
    on scores.district_code = intervals.district_code and scores.department = intervals.unit_id and scores.period = intervals.period
