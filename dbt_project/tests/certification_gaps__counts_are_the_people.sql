-- The number that counts is the number of people shown as counting, and no gap is left without a plan.
with people as (
    select town_id, period, rule_id, count(*) filter (where counts) as counting
    from {{ ref('certification_gap_people') }}
    group by town_id, period, rule_id
)

select gaps.town_id, gaps.period, gaps.rule_id, gaps.valid_count, people.counting
from {{ ref('certification_gaps') }} as gaps
left join people
    on gaps.town_id = people.town_id and gaps.period = people.period and gaps.rule_id = people.rule_id
where gaps.valid_count <> coalesce(people.counting, 0)
    or (gaps.gap_status = 'short') <> (gaps.gap_count > 0)
    or (gaps.gap_count > 0) <> (gaps.cheapest_fix_code <> 'none')
    or (gaps.gap_count > 0) <> (gaps.cheapest_fix_zh <> '')
