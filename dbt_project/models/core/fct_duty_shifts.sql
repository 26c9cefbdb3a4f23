-- One row per shift of a station's roster. Met: at least as many came as were planned.
with shifts as ({{ rows_of_stations('stg_emergency__duty_rosters') }})

select
    district_code,
    roster_no,
    town_id,
    station_no,
    shift_type_word,
    planned_count,
    present_count,
    shift_type_word = '备勤' as is_standby,
    coalesce(planned_count > 0 and present_count >= planned_count, false) as is_met,
    shift_start_at,
    landing_ref
from shifts
