-- One row per accident: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__accidents', ['accident_no']) }}
)

select
    district_code,
    accident_no,
    incident_no,
    town_code,
    town_name,
    town_read_how,
    firm_name,
    firm_name_key,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    accident_type_word,
    grade_word,
    death_count,
    serious_injury_count,
    loss_wan,
    is_responsible,
    occurred_at,
    firm_reported_at,
    {{ as_sent('firm_reported_at') }} as firm_reported_at_text,
    closed_date,
    {{ as_sent('closed_date') }} as closed_date_text,
    landing_ref
from landed
