-- One row per roll call a station had planned; called_at is empty where it was not held.
with calls as ({{ rows_of_stations('stg_emergency__roll_calls') }})

select
    district_code,
    roll_call_no,
    town_id,
    station_no,
    should_count,
    present_count,
    planned_at,
    called_at,
    landing_ref
from calls
