-- One row per wave of a survey of the public x town, of either silo: people asked, and the share that knows what to do.
with congress as ({{ rows_of_towns('stg_congress__satisfaction_surveys', 'NBS', code=none) }}),

governance as ({{ rows_of_towns('stg_governance__satisfaction_surveys', 'NBS', on_date='rows_in.surveyed_date') }})

select
    district_code,
    'congress' as silo,
    wave_no || ':' || town_name as survey_no,
    town_id,
    sample_count,
    awareness_pct,
    surveyed_date,
    landing_ref
from congress
union all
select
    district_code,
    'governance',
    survey_no,
    town_id,
    sample_count,
    awareness_pct,
    surveyed_date,
    landing_ref
from governance
