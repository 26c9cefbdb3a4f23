-- One row per report of an incident: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__incident_reports', ['report_no']) }}
)

select
    district_code,
    report_no,
    incident_no,
    report_kind_word,
    reporter_type_word,
    town_code,
    town_name,
    town_read_how,
    dept_code,
    due_at,
    phoned_at,
    {{ as_sent('phoned_at') }} as phoned_at_text,
    written_at,
    {{ as_sent('written_at') }} as written_at_text,
    finding_word,
    landing_ref
from landed
