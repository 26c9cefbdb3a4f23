-- One row per check of a duty desk by the bureau, with the seconds to the answer: empty where none came or its time cannot be read.
with checks as ({{ rows_of_towns('stg_emergency__duty_checks', 'LOCAL', on_date=local_date('rows_in.checked_at')) }})

select
    district_code,
    check_no,
    town_id,
    dept_code as department,
    checked_type_word = '镇街' as is_of_town,
    is_answered,
    case when is_answered then {{ seconds_between('checked_at', 'answered_at') }} else null end as answer_seconds,
    checked_at,
    landing_ref
from checks
