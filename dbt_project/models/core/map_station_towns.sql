-- One row per station number of the emergency bureau: the town it serves.
with stations as ({{ rows_of_towns('stg_emergency__stations', 'LOCAL') }})

select
    district_code,
    station_no,
    town_id,
    landing_ref
from stations
