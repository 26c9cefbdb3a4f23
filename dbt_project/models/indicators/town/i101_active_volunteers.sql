-- One row per volunteer, of either list and as one person, who served in the twelve months to period end (numerator), and one per
-- town with its population (denominator).
with service as ({{ rows_of_years('fct_volunteer_service', 'served_date') }}),

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

volunteers as (
    select district_code, town_id, period, person_id, max(served_date) as served_date, min(landing_ref) as landing_ref
    from service
    group by district_code, town_id, period, person_id
),

people as (
    select towns.district_code, towns.town_id, periods.period, towns.population
    from towns
    inner join periods on towns.district_code = periods.district_code
)

select
{{ evidence('I101', 'town_id', 'person', 'person_id', '1', '0', 'served_date') }}
from volunteers
union all
select
{{ evidence('I101', 'town_id', 'town', 'town_id', '0', 'population', landing_ref='null') }}
from people
