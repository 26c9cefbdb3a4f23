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
    {{ as_sent('attendee_count') }} as attendee_count_text,
    attendee_count_read_how,
    signed_count,
    {{ as_sent('signed_count') }} as signed_count_text,
    signed_count_read_how,
    is_kept,
    updated_at,
    landing_ref
from rows_in
