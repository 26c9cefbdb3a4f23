-- One row per dangerous job of a firm, with its permit and attendant.
with rows_in as ({{ rows_of_firms('stg_firms__work_permits') }})

select
    district_code,
    permit_no,
    enterprise_id,
    work_word,
    approved_at,
    started_at,
    has_attendant,
    landing_ref
from rows_in
