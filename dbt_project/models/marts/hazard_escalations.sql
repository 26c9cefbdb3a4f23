-- One row per escalation of a hazard: who was to be told, when, why and by which rule.
select
    fired.district_code,
    fired.hazard_id,
    fired.escalation_code,
    fired.stage_code,
    fired.round_number,
    lives.town_id,
    fired.grade_code,
    fired.rule_number,
    fired.to_whom_zh,
    fired.to_whom_en,
    fired.action_zh,
    fired.action_en,
    fired.due_at,
    fired.escalated_at
from {{ ref('fct_hazard_escalations') }} as fired
inner join {{ ref('fct_hazard_lives') }} as lives
    on fired.district_code = lives.district_code and fired.hazard_id = lives.hazard_id
