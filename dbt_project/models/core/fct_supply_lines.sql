-- One row per line of stock of a department's store, in the base unit of its article, with what of it can be used: the emergency bureau
-- says so itself, of the others it is what they count. Firms' own goods are theirs and not here. is_own: in the town's own store.
with items as (select * from {{ ref('fct_stock_items') }} where silo in ('emergency', 'fire', 'water', 'civil')),

own as (select * from {{ ref('fct_town_stock') }}),

told as (select * from {{ ref('stg_emergency__stock_items') }})

select
    items.district_code,
    items.silo,
    items.stock_no,
    items.silo || ':' || items.store_no as store_id,
    coalesce(own.town_id, items.town_id) as town_id,
    items.article_code,
    items.unit_form,
    case when items.base_quantity < 0 then 0 else items.base_quantity end as base_quantity,
    cast(case
        when items.silo = 'emergency' then
            least(greatest(coalesce(told.usable_quantity, 0), 0), greatest(told.quantity, 0))
            * {{ ratio('items.base_quantity', 'told.quantity', 9) }}
        when items.base_quantity < 0 then 0
        else items.base_quantity
    end as decimal(18, 3)) as base_usable_quantity,
    own.stock_no is not null as is_own,
    items.expires_date
from items
left join told
    on items.silo = 'emergency'
    and items.district_code = told.district_code
    and items.stock_no = told.stock_no
left join own
    on items.silo = 'emergency'
    and items.district_code = own.district_code
    and items.stock_no = own.stock_no
