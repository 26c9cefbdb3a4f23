-- One row per meter number x hour begins at: the newest accepted version of electricity by hour.
with rows_in as ({{ newest_accepted('utilities__electricity_hours', ['meter_no', 'hour_at']) }})

select
    district_code,
    meter_no,
    hour_at,
    kwh,
    quality_word,
    landing_ref
from rows_in
