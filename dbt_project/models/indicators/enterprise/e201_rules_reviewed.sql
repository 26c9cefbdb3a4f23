-- E201: one row per firm, its newest report of this year or the last; numerator = rules and procedures that are missing, and one more
-- when nothing was reviewed in the item's window.
with reviews as (select * from {{ ref('fct_firm_rule_reviews') }} where enterprise_id is not null),

periods as (select *, cast(substr(period, 1, 4) as integer) as period_year from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E201'),

newest as (
    select
        reviews.*,
        periods.period,
        greatest(reviews.rule_required_count - coalesce(reviews.rule_count, 0), 0)
        + greatest(reviews.procedure_required_count - coalesce(reviews.procedure_count, 0), 0)
        + case
            when reviews.reviewed_date > {{ add_months('periods.end_date', '-item.window_months') }}
                and reviews.reviewed_date <= periods.end_date
                then 0
            else 1
        end as missing_count
    from reviews
    inner join periods
        on reviews.district_code = periods.district_code
        and reviews.review_year between periods.period_year - 1 and periods.period_year
    cross join item
    qualify row_number() over (partition by reviews.enterprise_id, periods.period order by reviews.review_year desc, reviews.review_id) = 1
)

select
{{ evidence('E201', 'enterprise_id', 'rule_review', 'review_id', 'missing_count', 'rule_required_count + procedure_required_count + 1') }}
from newest
