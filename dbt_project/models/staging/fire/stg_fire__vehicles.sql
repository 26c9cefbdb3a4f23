-- One row per fire engine: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__vehicles', ['vehicle_no']) }}
)

select
    district_code,
    vehicle_no,
    team_no,
    vehicle_type_word,
    tank_litres,
    vehicle_status_word,
    bought_date,
    {{ as_sent('bought_date') }} as bought_date_text,
    inspected_date,
    {{ as_sent('inspected_date') }} as inspected_date_text,
    landing_ref
from landed
