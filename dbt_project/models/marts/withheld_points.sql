-- One row per unit x indicator or item x landing table that did not come: the points nobody could earn for lack of it.
-- Where several tables are missing, each carries its part, so that the sum over tables is the sum that was withheld.
with towns as (
    select district_code, town_id as unit_id, period, indicator_code, points_lost as points
    from {{ ref('int_town_cells') }}
    where cell_status in ('not_reported', 'unreadable') and points_lost > 0
),

-- points of a firm out of its own hundred
applicable as (
    select district_code, enterprise_id, period, cast(sum(max_points * multiplier) as decimal(18, 6)) as points
    from {{ ref('enterprise_item_results') }}
    where item_status <> 'not_applicable'
    group by district_code, enterprise_id, period
),

firms as (
    select
        results.district_code,
        results.enterprise_id as unit_id,
        results.period,
        results.item_code as indicator_code,
        cast(100 * {{ ratio('results.lost_points * results.multiplier', 'applicable.points', 9) }} as decimal(18, 6)) as points
    from {{ ref('enterprise_item_results') }} as results
    inner join applicable
        on results.district_code = applicable.district_code
        and results.enterprise_id = applicable.enterprise_id
        and results.period = applicable.period
    where results.item_status = 'not_reported'
),

units as (
    select district_code, 'town' as unit_type, unit_id, period, indicator_code, points from towns
    union all
    select district_code, 'enterprise' as unit_type, unit_id, period, indicator_code, points
    from firms
    where points > 0
),

needed as (
    select 'town' as unit_type, indicator_code, silo, table_name
    from {{ ref('method_indicator_tables') }}
    where method_version = '{{ var("method_version") }}'
    union all
    select 'enterprise' as unit_type, item_code as indicator_code, silo, table_name
    from {{ ref('method_item_tables') }}
    where method_version = '{{ var("method_version") }}'
),

missing as (
    select
        deliveries.district_code,
        needed.unit_type,
        needed.indicator_code,
        deliveries.period,
        deliveries.silo,
        deliveries.table_name,
        deliveries.delivery_status,
        count(*) over (
            partition by deliveries.district_code, needed.unit_type, needed.indicator_code, deliveries.period
        ) as missing_table_count
    from needed
    inner join {{ ref('fct_silo_deliveries') }} as deliveries
        on needed.silo = deliveries.silo and needed.table_name = deliveries.table_name
    where deliveries.delivery_status <> 'delivered'
),

departments as (select * from {{ ref('dim_departments') }})

select
    units.district_code,
    units.unit_type,
    units.unit_id,
    units.period,
    units.indicator_code,
    missing.silo,
    missing.table_name,
    departments.department,
    missing.delivery_status,
    cast(missing.missing_table_count as bigint) as missing_table_count,
    cast({{ ratio('units.points', 'missing.missing_table_count') }} as decimal(18, 6)) as withheld_points
from units
inner join missing
    on units.district_code = missing.district_code
    and units.unit_type = missing.unit_type
    and units.indicator_code = missing.indicator_code
    and units.period = missing.period
inner join departments
    on missing.district_code = departments.district_code
    and missing.silo = departments.silo
