-- One row per line of the equipment ledger: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__equipment', ['equipment_no']) }}
)

select
    district_code,
    equipment_no,
    station_no,
    team_no,
    supply_code,
    article_name,
    article_name_code,
    kit_word,
    norm_quantity,
    quantity,
    usable_quantity,
    measure_word,
    is_online,
    bought_date,
    {{ as_sent('bought_date') }} as bought_date_text,
    expires_date,
    {{ as_sent('expires_date') }} as expires_date_text,
    landing_ref
from landed
