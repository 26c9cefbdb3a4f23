-- One row per assessment of a village's risk: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__risk_assessments', ['assessment_no']) }}
)

select
    district_code,
    assessment_no,
    village_code,
    town_code,
    town_name,
    town_read_how,
    risk_name,
    colour_word,
    assessed_date,
    next_due_date,
    {{ as_sent('next_due_date') }} as next_due_date_text,
    is_closed,
    verified_by_other,
    landing_ref
from landed
