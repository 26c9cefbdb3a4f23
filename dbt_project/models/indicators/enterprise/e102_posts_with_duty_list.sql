-- E102: one row per report of posts for the period; numerator = posts with a signed duty list, never more than there are posts.
with reports as ({{ reports_of_quarters('fct_firm_posts', 'facts.post_count > 0') }})

select
{{ evidence('E102', 'enterprise_id', 'post_report', 'report_id', 'least(coalesce(covered_post_count, 0), post_count)', 'post_count') }}
from reports
