-- One row per hazard number: the newest accepted version of rectification list.
with rows_in as ({{ newest_accepted('firms__rectifications', ['hazard_no']) }})

select
    district_code,
    hazard_no,
    enterprise_no,
    measure,
    cost_wan,
    {{ as_sent('cost_wan') }} as cost_wan_text,
    cost_wan_read_how,
    deadline_date,
    {{ as_sent('deadline_date') }} as deadline_date_text,
    rectified_date,
    verifier_post,
    verified_date,
    before_photo_hash,
    after_photo_hash,
    landing_ref
from rows_in
