-- One row per delivery of a table: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__data_exchange_logs', ['log_no']) }}
)

select
    district_code,
    log_no,
    catalogue_no,
    dept_code,
    due_at,
    received_at,
    row_count,
    failed_row_count,
    result_word,
    landing_ref
from landed
