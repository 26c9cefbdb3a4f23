-- One row per stock entry of any silo, in the base unit of its article (dirt list no. 23). The article is that of the pilot list in
-- the form of GB/T 38565; a unit the factor table does not know for the article leaves the quantity open, it is never guessed.
with entries as (
    select
        district_code, 'emergency' as silo, 'stock_items' as table_name, stock_no, warehouse_no as store_no, supply_code, article_name, article_name_code,
        quantity, measure_word as unit_word, produced_date, expires_date, landing_ref
    from {{ ref('stg_emergency__stock_items') }}
    union all
    select
        district_code, 'fire', 'stock_items', stock_no, team_no, supply_code, article_name, article_name_code,
        quantity, measure_word, produced_date, expires_date, landing_ref
    from {{ ref('stg_fire__stock_items') }}
    union all
    select
        district_code, 'water', 'stock_items', stock_no, warehouse_no, supply_code, article_name, article_name_code,
        quantity, measure_word, produced_date, expires_date, landing_ref
    from {{ ref('stg_water__stock_items') }}
    union all
    select
        district_code, 'civil', 'relief_stock_items', stock_no, warehouse_no, item_code, item_name, item_name_code,
        quantity, coalesce(quantity_unit_word, unit_word), produced_date, expiry_date, landing_ref
    from {{ ref('stg_civil__relief_stock_items') }}
    union all
    select
        district_code, 'firms', 'emergency_supplies', supply_no, enterprise_no, item_code, item_name, item_name_code,
        quantity, coalesce(quantity_unit_word, unit_word), cast(null as date), expiry_date, landing_ref
    from {{ ref('stg_firms__emergency_supplies') }}
),

stores as (
    select district_code, 'emergency' as silo, warehouse_no as store_no, town_name from {{ ref('stg_emergency__warehouses') }}
    union all
    select district_code, 'water', warehouse_no, town_name from {{ ref('stg_water__warehouses') }}
    union all
    select district_code, 'civil', warehouse_no, town_name from {{ ref('stg_civil__relief_warehouses') }}
),

units as (select * from {{ ref('ref_supply_units') }}),

placed as (
    select
        entries.*,
        stores.town_name,
        coalesce(entries.article_name_code, entries.supply_code) as article_code
    from entries
    left join stores
        on entries.district_code = stores.district_code and entries.silo = stores.silo and entries.store_no = stores.store_no
)

select
    placed.district_code,
    placed.silo,
    placed.table_name,
    placed.stock_no,
    placed.store_no,
    {{ town_id_of('placed') }} as town_id,
    placed.article_code,
    units.article_zh,
    placed.article_name,
    placed.unit_word,
    units.base_unit_word,
    placed.quantity,
    case
        when placed.unit_word = units.base_unit_word then 'base'
        when placed.unit_word = units.pack_unit_word then 'pack'
        when placed.unit_word is null then 'not_given'
        else 'unknown'
    end as unit_form,
    cast(case
        when placed.unit_word = units.base_unit_word then placed.quantity
        when placed.unit_word = units.pack_unit_word then placed.quantity * units.units_per_pack
        else null
    end as decimal(18, 3)) as base_quantity,
    placed.quantity < 0 as is_negative,
    coalesce(placed.expires_date < {{ last_day() }}, false) as is_expired,
    placed.produced_date,
    placed.expires_date,
    placed.landing_ref
from placed
left join units on placed.article_code = units.supply_code
{{ town_joins('placed', 'NBS', code=none) }}
