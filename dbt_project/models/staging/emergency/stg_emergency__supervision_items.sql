-- One row per supervised item: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__supervision_items', ['item_no']) }}
)

select
    district_code,
    item_no,
    unit_type_word,
    town_code,
    town_name,
    town_read_how,
    dept_code,
    issue_code,
    issued_by_word,
    issued_date,
    due_date,
    done_date,
    {{ as_sent('done_date') }} as done_date_text,
    is_repeated,
    landing_ref
from landed
