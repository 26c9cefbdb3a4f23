-- One row per unit: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__org_units', ['unit_no']) }}
)

select
    district_code,
    unit_no,
    unit_name,
    unit_type_word,
    unit_level_word,
    town_code,
    town_name,
    town_read_how,
    division_code,
    dept_code,
    opened_date,
    {{ as_sent('opened_date') }} as opened_date_text,
    closed_date,
    {{ as_sent('closed_date') }} as closed_date_text,
    landing_ref
from landed
