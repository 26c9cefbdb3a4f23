-- One row per training plan of a station: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__training_plans', ['plan_no']) }}
)

select
    district_code,
    plan_no,
    station_no,
    kind_word,
    target_count,
    trained_count,
    planned_hours,
    cycle_months,
    due_date,
    done_date,
    {{ as_sent('done_date') }} as done_date_text,
    landing_ref
from landed
