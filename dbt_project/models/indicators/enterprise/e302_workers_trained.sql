-- E302: one row per report of trained workers for the period; of the new ones and of all, those with their hours (EN-13, EN-14).
with reports as ({{ reports_of_quarters('fct_worker_trainings', 'facts.worker_count + facts.new_worker_count > 0') }})

select
{{ evidence('E302', 'enterprise_id', 'worker_training', "enterprise_no || '-' || quarter_code", 'least(coalesce(worker_met_count, 0), worker_count) + least(coalesce(new_worker_met_count, 0), new_worker_count)', 'worker_count + new_worker_count') }}
from reports
