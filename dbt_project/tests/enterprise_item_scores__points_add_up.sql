-- Earned and lost make the item's points; what cannot apply neither earns nor loses; each lost point has a reason and a sentence.
select enterprise_id, period, item_code
from {{ ref('enterprise_item_scores') }}
where (item_status <> 'not_applicable' and earned_points + lost_points <> max_points)
    or (item_status = 'not_applicable' and (earned_points <> 0 or lost_points <> 0))
    or earned_points < 0
    or lost_points < 0
    or (lost_points > 0) <> (reason_code <> '')
    or (lost_points > 0 and (reason_zh = '' or reason_en = '' or instr(reason_zh, '{') > 0 or instr(reason_en, '{') > 0))
