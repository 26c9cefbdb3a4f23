-- One row per line of stock in a town's own store, as the emergency bureau lists it: in the base unit of its article, with what of
-- it is usable. Stores of the district that stand in a town are not the town's.
with lines as (select * from {{ ref('stg_emergency__stock_items') }}),

stores as (select * from {{ ref('stg_emergency__warehouses') }} where level_word = '镇街'),

items as (select * from {{ ref('fct_stock_items') }} where silo = 'emergency')

select
    lines.district_code,
    lines.stock_no,
    items.town_id,
    items.article_code,
    items.article_zh,
    items.base_quantity,
    cast(
        least(greatest(coalesce(lines.usable_quantity, 0), 0), greatest(lines.quantity, 0))
        * {{ ratio('items.base_quantity', 'lines.quantity', 9) }} as decimal(18, 3)
    ) as base_usable_quantity,
    lines.quantity,
    lines.usable_quantity,
    lines.is_online,
    lines.expires_date,
    lines.landing_ref
from lines
inner join stores
    on lines.district_code = stores.district_code
    and lines.warehouse_no = stores.warehouse_no
inner join items
    on lines.district_code = items.district_code
    and lines.stock_no = items.stock_no
