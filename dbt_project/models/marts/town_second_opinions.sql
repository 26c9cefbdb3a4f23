-- One row per second opinion x rated town x period: where the town would stand under weights or aggregations that METHOD forbids for the score.
with said as (select * from {{ ref('int_second_opinions') }} where item_kind = 'unit'),

scores as (select * from {{ ref('town_quarter_scores') }}),

placed as (
    select
        *,
        cast(rank() over (partition by district_code, period, opinion_code order by value desc) as integer) as opinion_rank
    from said
)

select
    placed.district_code,
    placed.opinion_code,
    placed.item_id as town_id,
    placed.period,
    placed.value as preference,
    placed.opinion_rank,
    scores.rank_overall,
    scores.rank_overall - placed.opinion_rank as places_gained
from placed
inner join scores
    on placed.district_code = scores.district_code and placed.item_id = scores.town_id and placed.period = scores.period
