-- One row per enterprise number x quarter: the newest accepted version of workers' training.
with rows_in as ({{ newest_accepted('firms__worker_trainings', ['enterprise_no', 'quarter_code']) }})

select
    district_code,
    enterprise_no,
    quarter_code,
    new_worker_count,
    new_worker_met_count,
    worker_count,
    worker_met_count,
    retrain_due_count,
    retrained_count,
    required_hours,
    landing_ref
from rows_in
