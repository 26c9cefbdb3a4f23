-- One row per penalty case.
with rows_in as ({{ newest_accepted('enforcement__cases', ['case_no']) }})

select
    district_code,
    case_no,
    firm_no,
    town_name,
    filed_date,
    decided_date,
    penalty_word,
    cast(fine_wan as decimal(18, 2)) as fine_wan,
    is_daily_fine,
    transfer_date,
    landing_ref
from rows_in
