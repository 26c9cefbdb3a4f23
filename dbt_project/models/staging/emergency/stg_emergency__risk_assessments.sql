-- One row per assessment of a risk point: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__risk_assessments', ['assessment_no']) }}
)

select
    district_code,
    assessment_no,
    point_no,
    mode_word,
    likelihood_score,
    severity_score,
    colour_word,
    assessor_unit_no,
    assessed_date,
    next_due_date,
    {{ as_sent('next_due_date') }} as next_due_date_text,
    landing_ref
from landed
