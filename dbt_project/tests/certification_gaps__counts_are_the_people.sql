-- Where people are counted and shown, the number that counts is the number shown as counting; and no gap is left without a plan.
with people as (
    select unit_id, period, rule_id, count(*) filter (where counts) as counting
    from {{ ref('certification_gap_people') }}
    group by unit_id, period, rule_id
)

select gaps.unit_id, gaps.period, gaps.rule_id, gaps.valid_count, people.counting
from {{ ref('certification_gaps') }} as gaps
left join people
    on gaps.unit_id = people.unit_id and gaps.period = people.period and gaps.rule_id = people.rule_id
where (gaps.counted_en = 'people' and people.unit_id is not null and gaps.valid_count <> people.counting)
    or (gaps.gap_status = 'short') <> (gaps.gap_count > 0)
    or (gaps.gap_count > 0) <> (gaps.cheapest_fix_code <> 'none')
    or (gaps.gap_count > 0) <> (gaps.cheapest_fix_zh <> '')
    or (gaps.gap_count > 0) <> (gaps.cheapest_fix_en <> '')
