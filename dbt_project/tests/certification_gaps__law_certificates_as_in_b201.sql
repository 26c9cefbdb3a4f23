-- ST-02 and town indicator B201 count the same people: one fact, two readers.
with b201 as (
    select unit_id as town_id, period, sum(numerator) as holders
    from {{ ref('b201_valid_law_certificates') }}
    group by unit_id, period
)

select gaps.unit_id, gaps.period, gaps.valid_count, b201.holders
from {{ ref('certification_gaps') }} as gaps
left join b201 on gaps.unit_id = b201.town_id and gaps.period = b201.period
where gaps.rule_id = 'ST-02' and gaps.valid_count <> coalesce(b201.holders, 0)
