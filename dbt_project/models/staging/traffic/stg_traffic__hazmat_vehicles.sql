-- One row per vehicle: the newest accepted version of what the traffic bureau sent.
with landed as (
    {{ newest_accepted('traffic__hazmat_vehicles', ['vehicle_no']) }}
)

select
    district_code,
    vehicle_no,
    plate_no,
    firm_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    goods_class_word,
    tonnage_t,
    permit_valid_to_date,
    {{ as_sent('permit_valid_to_date') }} as permit_valid_to_date_text,
    inspected_date,
    {{ as_sent('inspected_date') }} as inspected_date_text,
    landing_ref
from landed
