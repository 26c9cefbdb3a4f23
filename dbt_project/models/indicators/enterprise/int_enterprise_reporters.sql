-- One row per rated firm that is on the self-report platform x period: who could have told. Its line there is the receipt.
{{ config(materialized='table') }}
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

periods as (select * from {{ ref('dim_periods') }}),

numbers as (select * from {{ ref('map_enterprise_numbers') }} where silo = 'firms')

select
    firms.district_code,
    firms.enterprise_id,
    numbers.silo_number as enterprise_no,
    firms.industry_code,
    firms.is_key,
    firms.is_high_risk,
    firms.is_major_hazard_source,
    periods.period,
    periods.start_date,
    periods.end_date,
    numbers.landing_ref
from firms
inner join numbers on firms.district_code = numbers.district_code and firms.enterprise_id = numbers.enterprise_id
inner join periods on firms.district_code = periods.district_code
qualify row_number() over (partition by firms.enterprise_id, periods.period order by numbers.silo_number) = 1
