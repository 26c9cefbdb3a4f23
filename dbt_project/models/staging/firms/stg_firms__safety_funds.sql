-- One row per enterprise number x year: the newest accepted version of safety fund by year.
with rows_in as ({{ newest_accepted('firms__safety_funds', ['enterprise_no', 'fund_year']) }})

select
    district_code,
    enterprise_no,
    fund_year,
    sector_word,
    is_statutory,
    revenue_wan,
    due_wan,
    drawn_wan,
    used_wan,
    updated_at,
    landing_ref
from rows_in
