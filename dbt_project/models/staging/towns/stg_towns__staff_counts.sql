-- One row per town, unit and month: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__staff_counts', ['town_name', 'unit_word', 'report_month']) }})

select
    district_code,
    report_month,
    town_code,
    town_name,
    unit_word,
    quota_post_count,
    in_quota_count,
    full_time_count,
    full_time_count_read_how,
    part_time_count,
    part_time_count_read_how,
    over_50_count,
    joined_count,
    left_count,
    insured_count,
    reporter_name as reporter_name_hash,
    reporter_name_mask,
    town_read_how,
    landing_ref
from rows_in
