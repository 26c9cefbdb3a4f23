-- One row per training a firm keeps a file of.
with reports as ({{ rows_of_firms('stg_firms__training_files') }})

select
    district_code,
    enterprise_id,
    file_no,
    coalesce(kind_word = '有限空间专题', false) as is_confined_space,
    attendee_count,
    signed_count,
    coalesce(is_kept, false) as is_kept,
    trained_date,
    landing_ref
from reports
