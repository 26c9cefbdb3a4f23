-- One row per line of stock or of the station's kit; numerator is the share of it that is usable and in date at period end.
-- Every line weighs the same: boats and biscuits have no common unit. A line of nothing, or of less than nothing, is none.
with stock as ({{ rows_at_period_ends('fct_town_stock', 'facts.quantity > 0') }}),

kit as ({{ rows_at_period_ends('fct_station_kit', 'facts.quantity > 0') }}),

lines as (
    select
        district_code, town_id, period, end_date, 'stock:' || stock_no as line_id, quantity, usable_quantity, expires_date, landing_ref
    from stock
    union all
    select district_code, town_id, period, end_date, 'kit:' || equipment_no, quantity, usable_quantity, expires_date, landing_ref
    from kit
),

judged as (
    select
        *,
        case
            when expires_date < end_date then 0
            else {{ ratio('least(greatest(coalesce(usable_quantity, 0), 0), quantity)', 'quantity') }}
        end as usable_share
    from lines
)

select
{{ evidence('F103', 'town_id', 'stock_line', 'line_id', 'usable_share', '1') }}
from judged
