-- EN-14: one row per quarterly report of a high-risk firm for its new workers (72 hours), and one for all its workers (20 hours a year).
with reports as ({{ worker_reports('firms.is_high_risk') }})

select
{{ evidence('EN-14', 'enterprise_id', 'new_workers', 'enterprise_no', 'coalesce(new_worker_met_count, 0)', 'coalesce(new_worker_count, 0)') }}
from reports
union all
select
{{ evidence('EN-14', 'enterprise_id', 'workers', 'enterprise_no', 'coalesce(worker_met_count, 0)', 'coalesce(worker_count, 0)') }}
from reports
