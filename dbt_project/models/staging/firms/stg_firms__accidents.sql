-- One row per accident number: the newest accepted version of accident reports.
with rows_in as ({{ newest_accepted('firms__accidents', ['accident_no']) }})

select
    district_code,
    accident_no,
    enterprise_no,
    occurred_at,
    reported_at,
    accident_type_word,
    grade_word,
    death_count,
    injury_count,
    loss_wan,
    {{ as_sent('loss_wan') }} as loss_wan_text,
    loss_wan_read_how,
    is_responsible,
    updated_at,
    landing_ref
from rows_in
