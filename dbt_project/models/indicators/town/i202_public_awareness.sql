-- One row per survey of the public in the town, the newest of each silo in the twelve months to period end: people asked
-- (denominator), and how many of them know what to do.
with surveys as ({{ rows_of_years('fct_awareness_surveys', 'surveyed_date', 'facts.sample_count > 0') }}),

newest as (
    select
        *,
        cast(sample_count * awareness_pct / 100 as decimal(18, 6)) as aware_count
    from surveys
    qualify row_number() over (
        partition by district_code, silo, town_id, period
        order by surveyed_date desc, survey_no desc
    ) = 1
)

select
{{ evidence('I202', 'town_id', 'survey', "silo || ':' || survey_no", 'aware_count', 'sample_count', 'surveyed_date') }}
from newest
