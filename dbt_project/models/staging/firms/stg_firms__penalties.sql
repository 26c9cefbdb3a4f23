-- One row per decision number: the newest accepted version of penalties known to the firm.
with rows_in as ({{ newest_accepted('firms__penalties', ['decision_no']) }})

select
    district_code,
    decision_no,
    enterprise_no,
    authority_name,
    decided_date,
    kind_word,
    fine_wan,
    {{ as_sent('fine_wan') }} as fine_wan_text,
    fine_wan_read_how,
    is_daily_fine,
    corrected_date,
    landing_ref
from rows_in
