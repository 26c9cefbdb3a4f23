-- One row per catalogue entry: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__data_catalogue', ['catalogue_no']) }}
)

select
    district_code,
    catalogue_no,
    dept_code,
    table_name,
    is_required,
    published_date,
    {{ as_sent('published_date') }} as published_date_text,
    accepted_date,
    {{ as_sent('accepted_date') }} as accepted_date_text,
    delay_limit_minutes,
    mapped_field_count,
    field_count,
    is_new_source,
    landing_ref
from landed
