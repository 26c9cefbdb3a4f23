-- All 48 rules are listed, and each says whether it is answered now or why not; bands of one risk class do not overlap.
select rule_id
from {{ ref('method_cert_rules') }}
where (not is_due and (not_due_reason_zh is null or not_due_reason_en is null)) or (is_due and calc_kind = 'none')
union all
select a.rule_id
from {{ ref('method_cert_rules') }} as a
inner join {{ ref('method_cert_rules') }} as b
    on a.risk_scope = b.risk_scope and a.rule_id < b.rule_id
    and a.staff_from < coalesce(b.staff_below, 1000000) and b.staff_from < coalesce(a.staff_below, 1000000)
