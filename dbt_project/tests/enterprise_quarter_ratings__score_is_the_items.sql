-- The base score is 100 x earned / applicable of the items shown, and coverage the share of weight observed.
with items as (
    select
        enterprise_id,
        period,
        100 * sum(case when item_status <> 'not_applicable' then earned_points * multiplier else 0 end)
        / nullif(sum(case when item_status <> 'not_applicable' then max_points * multiplier else 0 end), 0) as score,
        sum(case when item_status = 'observed' then max_points * multiplier else 0 end)
        / nullif(sum(case when item_status <> 'not_applicable' then max_points * multiplier else 0 end), 0) as coverage
    from {{ ref('enterprise_item_scores') }}
    group by enterprise_id, period
)

select ratings.enterprise_id, ratings.period, ratings.base_score, items.score
from {{ ref('enterprise_quarter_ratings') }} as ratings
left join items on ratings.enterprise_id = items.enterprise_id and ratings.period = items.period
where (ratings.rating_status = 'rated' and abs(ratings.base_score - items.score) > 0.006)
    or abs(ratings.coverage_share - coalesce(items.coverage, 0)) > 0.00006
