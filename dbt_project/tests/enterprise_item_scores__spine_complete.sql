-- Each rated firm has one row per due item and period.
with expected as (
    select count(*) as row_count
    from {{ ref('dim_enterprises') }} as firms
    cross join {{ ref('dim_periods') }} as periods
    cross join {{ ref('method_enterprise_items') }} as items
    where firms.is_rated_unit and items.kind = 'item' and items.is_due
),

found as (select count(*) as row_count from {{ ref('enterprise_item_scores') }})

select expected.row_count as expected_count, found.row_count as found_count
from expected cross join found
where expected.row_count <> found.row_count
