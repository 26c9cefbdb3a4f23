-- One row per enterprise number x year: the newest accepted version of safety fund by year.
with rows_in as ({{ newest_accepted('firms__safety_funds', ['enterprise_no', 'fund_year']) }})

select
    district_code,
    enterprise_no,
    fund_year,
    sector_word,
    is_statutory,
    revenue_wan,
    {{ as_sent('revenue_wan') }} as revenue_wan_text,
    revenue_wan_read_how,
    due_wan,
    {{ as_sent('due_wan') }} as due_wan_text,
    due_wan_read_how,
    drawn_wan,
    {{ as_sent('drawn_wan') }} as drawn_wan_text,
    drawn_wan_read_how,
    used_wan,
    {{ as_sent('used_wan') }} as used_wan_text,
    used_wan_read_how,
    updated_at,
    landing_ref
from rows_in
