-- One row per finding of an audit: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__audit_findings', ['finding_no']) }}
)

select
    district_code,
    finding_no,
    unit_type_word,
    town_code,
    town_name,
    town_read_how,
    dept_code,
    subject_name,
    sample_count,
    wrong_count,
    finding_word,
    found_date,
    landing_ref
from landed
