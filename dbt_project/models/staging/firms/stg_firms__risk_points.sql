-- One row per risk number: the newest accepted version of firms' risk list.
with rows_in as ({{ newest_accepted('firms__risk_points', ['risk_no']) }})

select
    district_code,
    risk_no,
    enterprise_no,
    risk_name,
    colour_word,
    accident_type_word,
    measure,
    owner_post,
    is_posted,
    assessed_date,
    landing_ref
from rows_in
