-- One row per vehicle or drone: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__team_vehicles', ['vehicle_no']) }}
)

select
    district_code,
    vehicle_no,
    team_no,
    vehicle_type_word,
    licence_class_word,
    seat_count,
    vehicle_status_word,
    bought_date,
    {{ as_sent('bought_date') }} as bought_date_text,
    inspected_date,
    {{ as_sent('inspected_date') }} as inspected_date_text,
    landing_ref
from landed
