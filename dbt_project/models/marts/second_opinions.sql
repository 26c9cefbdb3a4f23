-- One row per second opinion x period: how far it agrees with the official ranks (Kendall's tau-b), and how far it moves a town at most.
with placed as (select * from {{ ref('town_second_opinions') }}),

-- each pair of towns once: do both rankings put the same one ahead?
pairs as (
    select
        one.district_code,
        one.opinion_code,
        one.period,
        sign(one.opinion_rank - other.opinion_rank) as by_opinion,
        sign(one.rank_overall - other.rank_overall) as by_score
    from placed as one
    inner join placed as other
        on one.district_code = other.district_code
        and one.opinion_code = other.opinion_code
        and one.period = other.period
        and one.town_id < other.town_id
),

agreed as (
    select
        district_code,
        opinion_code,
        period,
        cast(sum(by_opinion * by_score) as integer) as agreement,
        cast(sum(abs(by_opinion)) as integer) as opinion_pairs,
        cast(sum(abs(by_score)) as integer) as score_pairs
    from pairs
    group by district_code, opinion_code, period
),

moved as (
    select
        district_code,
        opinion_code,
        period,
        cast(count(*) as integer) as town_count,
        cast(sum(case when places_gained = 0 then 1 else 0 end) as integer) as same_rank_count,
        cast(max(abs(places_gained)) as integer) as most_places
    from placed
    group by district_code, opinion_code, period
)

select
    moved.district_code,
    moved.opinion_code,
    moved.period,
    -- nobody told apart by one of the two: no agreement can be said
    cast(agreed.agreement / nullif(sqrt(agreed.opinion_pairs) * sqrt(agreed.score_pairs), 0) as decimal(9, 6)) as kendall_tau,
    moved.town_count,
    moved.same_rank_count,
    moved.most_places
from moved
left join agreed
    on moved.district_code = agreed.district_code and moved.opinion_code = agreed.opinion_code and moved.period = agreed.period
