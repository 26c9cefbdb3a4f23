-- One row per meter number x day: the newest accepted version of water by day.
with rows_in as ({{ newest_accepted('utilities__water_days', ['meter_no', 'day_date']) }})

select
    district_code,
    meter_no,
    day_date,
    volume_m3,
    quality_word,
    landing_ref
from rows_in
