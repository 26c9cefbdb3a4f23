-- One row per firm x quarter: posts, and those with a signed duty list.
with rows_in as ({{ rows_of_firms('stg_firms__post_duties') }})

select
    district_code,
    enterprise_no || '-' || quarter_code as report_id,
    enterprise_id,
    quarter_code,
    post_count,
    covered_post_count,
    landing_ref
from rows_in
