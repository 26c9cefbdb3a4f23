-- One row per town x period: how far its rank can be trusted, by draws with other weights, goalposts and means (METHOD 8). Never fewer: who is
-- not rated has no interval.
with scores as (select * from {{ ref('town_quarter_scores') }}),

nodes as (
    select l1_code as node_code, max(l1_name_zh) as node_name_zh, max(l1_name_en) as node_name_en
    from {{ ref('method_town_indicators') }}
    where method_version = '{{ var("method_version") }}' and kind = 'indicator'
    group by l1_code
),

{{ rank_intervals('town', 'town_id', 'rank_overall') }}

select
    scores.district_code,
    scores.town_id,
    scores.period,
    scores.rank_overall,
    {{ published_intervals() }}
from scores
left join intervals
    on scores.district_code = intervals.district_code and scores.town_id = intervals.unit_id and scores.period = intervals.period
