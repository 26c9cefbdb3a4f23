-- One row per task of the emergency platform, handled online or not.
with tasks as ({{ rows_of_towns('stg_emergency__task_flows', 'LOCAL', on_date=local_date('rows_in.created_at')) }})

select
    district_code,
    task_no,
    town_id,
    task_kind_word,
    is_online,
    is_auto_assigned,
    created_at,
    due_at,
    done_at,
    landing_ref
from tasks
