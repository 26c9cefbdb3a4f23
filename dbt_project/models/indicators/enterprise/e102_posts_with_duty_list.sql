-- E102: one row per report of posts for the period; numerator = posts with a signed duty list, never more than there are posts.
with reports as (
    select facts.*, periods.period
    from {{ ref('fct_firm_posts') }} as facts
    inner join {{ ref('dim_periods') }} as periods
        on facts.district_code = periods.district_code and facts.quarter_code = periods.period
    where facts.enterprise_id is not null and facts.post_count > 0
)

select
{{ evidence('E102', 'enterprise_id', 'post_report', 'report_id', 'least(coalesce(covered_post_count, 0), post_count)', 'post_count') }}
from reports
