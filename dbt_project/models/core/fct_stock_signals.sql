-- One row per signal x landed row: what stores count that is not there to be used, or is counted elsewhere too (dirt list no. 23).
-- Stock below nothing is a remark of the door.
with stock as (select * from {{ ref('fct_stock_items') }}),

expired as (
    select {{ signal('expired_still_counted', 'silo', 'table_name', 'stock_no', "concat('expired on ', cast(expires_date as string))", 'expires_date') }}
    from stock
    where is_expired and coalesce(quantity, 0) <> 0
),

packs as (
    select {{ signal('counted_in_packs', 'silo', 'table_name', 'stock_no', "concat(cast(quantity as string), ' packs are ', cast(base_quantity as string), ' of the base unit')") }}
    from stock
    where unit_form = 'pack'
),

-- the same article, as many, made the same day, in stores of two departments in one town
shared as (
    select district_code, town_id, article_code, base_quantity, produced_date
    from stock
    where town_id is not null and article_code is not null and base_quantity > 0 and produced_date is not null
    group by district_code, town_id, article_code, base_quantity, produced_date
    having count(distinct silo) > 1
),

twice as (
    select {{ signal('same_goods_several_stores', 'stock.silo', 'stock.table_name', 'stock.stock_no', "'another department counts as many of the same day in this town'", rows='stock') }}
    from stock
    inner join shared
        on stock.district_code = shared.district_code
        and stock.town_id = shared.town_id
        and stock.article_code = shared.article_code
        and stock.base_quantity = shared.base_quantity
        and stock.produced_date = shared.produced_date
)

select * from expired
union all
select * from packs
union all
select * from twice
