-- One row per alert: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__alerts', ['alert_no']) }}
)

select
    district_code,
    alert_no,
    rule_code,
    level_word,
    subject_type_word,
    subject_no,
    town_code,
    town_name,
    town_read_how,
    evidence_text,
    raised_at,
    acked_at,
    {{ as_sent('acked_at') }} as acked_at_text,
    closed_at,
    {{ as_sent('closed_at') }} as closed_at_text,
    due_at,
    result_word,
    updated_at,
    landing_ref
from landed
