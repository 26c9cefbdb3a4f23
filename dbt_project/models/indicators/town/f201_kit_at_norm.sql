-- One row per line of the station's kit that has a norm; numerator 1 when what is usable and in date at period end reaches it.
with kit as (select * from {{ ref('fct_station_kit') }} where town_id is not null and norm_quantity > 0),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        kit.district_code,
        kit.town_id,
        periods.period,
        kit.equipment_no,
        case
            when kit.expires_date < periods.end_date then 0
            when kit.usable_quantity >= kit.norm_quantity then 1
            else 0
        end as is_at_norm,
        kit.landing_ref
    from kit
    inner join periods on kit.district_code = periods.district_code
)

select
{{ evidence('F201', 'town_id', 'kit_line', 'equipment_no', 'is_at_norm', '1') }}
from judged
