-- One row per check of a duty desk: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__duty_checks', ['check_no']) }}
)

select
    district_code,
    check_no,
    checked_type_word,
    town_code,
    town_name,
    town_read_how,
    dept_code,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    way_word,
    checked_at,
    answered_at,
    {{ as_sent('answered_at') }} as answered_at_text,
    is_answered,
    is_leader_present,
    landing_ref
from landed
