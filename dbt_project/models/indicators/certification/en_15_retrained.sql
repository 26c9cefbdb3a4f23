-- EN-15: one row per quarterly report of a firm: workers back after six months or in a new post, and those trained again before they began.
with reports as ({{ worker_reports('true') }})

select
{{ evidence('EN-15', 'enterprise_id', 'returned_workers', 'enterprise_no', 'coalesce(retrained_count, 0)', 'coalesce(retrain_due_count, 0)') }}
from reports
