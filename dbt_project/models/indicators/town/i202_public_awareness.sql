-- One row per survey of the public in the town, the newest of each silo up to period end: people asked (denominator), and how many of
-- them know what to do. One of an earlier quarter is carried with a tenth less for each quarter, at most two (M3).
with surveys as (select * from {{ ref('fct_awareness_surveys') }} where town_id is not null and sample_count > 0),

periods as (select * from {{ ref('dim_periods') }}),

newest as (
    select
        surveys.*,
        periods.period,
        4 * (year(periods.end_date) - year(surveys.surveyed_date)) + quarter(periods.end_date) - quarter(surveys.surveyed_date)
            as age_periods
    from surveys
    inner join periods
        on surveys.district_code = periods.district_code
        and surveys.surveyed_date <= periods.end_date
    qualify row_number() over (
        partition by surveys.district_code, surveys.silo, surveys.town_id, periods.period
        order by surveys.surveyed_date desc, surveys.survey_no desc
    ) = 1
),

judged as (
    select
        *,
        cast(sample_count * awareness_pct / 100 as decimal(18, 6))
        * case age_periods
            when 0 then 1
            when 1 then {{ parameter('excuse_share_kept') }}
            else {{ parameter('excuse_share_kept') }} * {{ parameter('excuse_share_kept') }}
        end as aware_count
    from newest
    where age_periods <= {{ parameter('excuse_periods') }}
)

select
{{ evidence('I202', 'town_id', 'survey', "silo || ':' || survey_no", 'aware_count', 'sample_count', 'surveyed_date') }}
from judged
