-- A due item names a way to lose points, a rule of when it applies and its sentences; an item not due says why.
select item_code
from {{ ref('method_enterprise_items') }}
where (kind = 'item' and is_due and (
        calc_kind not in ('per_fault', 'any_fault', 'share_met')
        or applies_rule not in ('all', 'if_any', 'special_operations', 'wet_industry', 'special_process', 'hazchem', 'high_risk', 'key', 'major_hazard')
        or (calc_kind = 'per_fault' and points_each is null)
        or sentence_zh is null or sentence_en is null or no_data_zh is null or no_data_en is null
    ))
    or (not is_due and (not_due_reason_zh is null or not_due_reason_en is null))
