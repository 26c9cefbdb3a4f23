-- One row per task: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__task_flows', ['task_no']) }}
)

select
    district_code,
    task_no,
    parent_task_no,
    module_no,
    task_kind_word,
    town_code,
    town_name,
    town_read_how,
    from_level_word,
    to_level_word,
    is_online,
    is_auto_assigned,
    created_at,
    received_at,
    {{ as_sent('received_at') }} as received_at_text,
    due_at,
    done_at,
    {{ as_sent('done_at') }} as done_at_text,
    updated_at,
    landing_ref
from landed
