-- One row per line of stock or of the station's kit; numerator is the share of it that is usable and in date at period end.
-- Every line weighs the same: boats and biscuits have no common unit. A line of nothing, or of less than nothing, is none.
with periods as (select * from {{ ref('dim_periods') }}),

lines as (
    select district_code, town_id, 'stock' as line_type, stock_no as line_no, quantity, usable_quantity, expires_date, landing_ref
    from {{ ref('fct_town_stock') }}
    union all
    select district_code, town_id, 'kit', equipment_no, quantity, usable_quantity, expires_date, landing_ref
    from {{ ref('fct_station_kit') }}
),

judged as (
    select
        lines.district_code,
        lines.town_id,
        periods.period,
        lines.line_type,
        lines.line_no,
        lines.landing_ref,
        case
            when lines.expires_date < periods.end_date then 0
            else {{ ratio('least(greatest(coalesce(lines.usable_quantity, 0), 0), lines.quantity)', 'lines.quantity') }}
        end as usable_share
    from lines
    inner join periods on lines.district_code = periods.district_code
    where lines.quantity > 0 and lines.town_id is not null
)

select
{{ evidence('F103', 'town_id', 'stock_line', "line_type || ':' || line_no", 'usable_share', '1') }}
from judged
