-- EN-13: one row per quarterly report of a firm that is not high-risk: new workers, and those with 24 hours before they began.
with reports as ({{ worker_reports('not firms.is_high_risk') }})

select
{{ evidence('EN-13', 'enterprise_id', 'new_workers', 'enterprise_no', 'coalesce(new_worker_met_count, 0)', 'coalesce(new_worker_count, 0)') }}
from reports
