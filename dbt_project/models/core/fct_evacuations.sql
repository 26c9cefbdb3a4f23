-- One row per response x village whose people were ordered to move.
with evacuations as ({{ rows_of_towns('stg_emergency__evacuations', 'LOCAL', on_date=local_date('rows_in.ordered_at')) }})

select
    district_code,
    evacuation_no,
    town_id,
    ordered_count,
    moved_on_time_count,
    missed_death_count,
    ordered_at,
    deadline_at,
    completed_at,
    landing_ref
from evacuations
