-- One row per town x period: how far its rank can be trusted, by draws with other weights, goalposts and means (METHOD 8). Never fewer: who is
-- not rated has no interval.
with scores as (select * from {{ ref('town_quarter_scores') }}),

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
