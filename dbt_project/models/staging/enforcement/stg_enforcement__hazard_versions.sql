-- One row per hazard x version sent: every accepted version, the first first, with the batch that brought it.
with landed as (
    {{ accepted_versions('enforcement__hazards', ['hazard_no']) }}
)

select
    district_code,
    hazard_no,
    batch,
    found_at,
    deadline_date,
    status_word,
    revision,
    landing_ref
from landed
