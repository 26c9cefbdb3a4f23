-- One row per training plan of a station: rotation, induction, law or daily training, how many were to be trained and were, by when.
with plans as ({{ rows_of_stations('stg_emergency__training_plans') }})

select
    district_code,
    plan_no,
    station_no,
    town_id,
    case
        when kind_word = '轮训' then 'rotation'
        when kind_word = '岗前培训' then 'induction'
        when kind_word = '执法培训' then 'law'
        when kind_word = '日常培训' then 'daily'
        else 'unknown'
    end as kind_code,
    target_count,
    trained_count,
    due_date,
    done_date,
    landing_ref
from plans
