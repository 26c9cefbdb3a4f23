-- One row per line of the station's kit that has a norm; numerator 1 when what is usable and in date at period end reaches it.
with kit as ({{ rows_at_period_ends('fct_station_kit', 'facts.norm_quantity > 0') }}),

judged as (
    select
        *,
        case
            when expires_date < end_date then 0
            when usable_quantity >= norm_quantity then 1
            else 0
        end as is_at_norm
    from kit
)

select
{{ evidence('F201', 'town_id', 'kit_line', 'equipment_no', 'is_at_norm', '1') }}
from judged
