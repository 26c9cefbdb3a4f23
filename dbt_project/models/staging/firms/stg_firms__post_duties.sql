-- One row per enterprise number x quarter: the newest accepted version of responsibility system by post.
with rows_in as ({{ newest_accepted('firms__post_duties', ['enterprise_no', 'quarter_code']) }})

select
    district_code,
    enterprise_no,
    quarter_code,
    post_count,
    covered_post_count,
    assessed_post_count,
    reviewed_date,
    landing_ref
from rows_in
