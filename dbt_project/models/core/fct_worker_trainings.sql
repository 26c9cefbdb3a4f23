-- One row per firm x quarter it reports the training of its workers for.
with reports as ({{ rows_of_firms('stg_firms__worker_trainings') }})

select
    district_code,
    enterprise_id,
    enterprise_no,
    quarter_code,
    new_worker_count,
    new_worker_met_count,
    worker_count,
    worker_met_count,
    retrain_due_count,
    retrained_count,
    landing_ref
from reports
