-- One row per file number: the newest accepted version of training files.
with rows_in as ({{ newest_accepted('firms__training_files', ['file_no']) }})

select
    district_code,
    file_no,
    enterprise_no,
    trained_date,
    kind_word,
    topic,
    training_hours,
    attendee_count,
    attendee_count_read_how,
    signed_count,
    signed_count_read_how,
    is_kept,
    updated_at,
    landing_ref
from rows_in
