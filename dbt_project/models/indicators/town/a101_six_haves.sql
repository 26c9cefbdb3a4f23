-- One row per item of the six haves at a station, with a numerator of 1 when accepted by period end, and one per town with the
-- number of items there must be: an item nobody lists is an item that is not there.
with items as (
    select * from {{ ref('fct_station_standard_items') }} where item_group_code = 'have' and town_id is not null
),

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        items.district_code,
        items.town_id,
        periods.period,
        items.item_no,
        items.accepted_date,
        items.landing_ref,
        case when items.is_accepted and items.accepted_date <= periods.end_date then 1 else 0 end as is_there
    from items
    inner join periods on items.district_code = periods.district_code
),

needs as (
    select towns.district_code, towns.town_id, periods.period
    from towns
    inner join periods on towns.district_code = periods.district_code
)

select
{{ evidence('A101', 'town_id', 'standard_item', 'item_no', 'is_there', '0', 'accepted_date') }}
from judged
union all
select
{{ evidence('A101', 'town_id', 'station', 'town_id', '0', parameter('station_have_count'), landing_ref='null') }}
from needs
