-- One row per department x period: how far its rank among its like can be trusted (METHOD 8). Never fewer: who is not rated has no interval.
with scores as (select * from {{ ref('department_quarter_scores') }}),

nodes as (
    select l1_code as node_code, max(l1_name_zh) as node_name_zh, max(l1_name_en) as node_name_en
    from {{ ref('method_department_indicators') }}
    where method_version = '{{ var("method_version") }}' and kind = 'indicator'
    group by l1_code
),

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
