-- One row per hazard x role: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__duty_lists', ['duty_no']) }}
)

select
    district_code,
    duty_no,
    hazard_no,
    duty_role_word,
    holder_name,
    person_no,
    signed_at,
    {{ as_sent('signed_at') }} as signed_at_text,
    landing_ref
from landed
