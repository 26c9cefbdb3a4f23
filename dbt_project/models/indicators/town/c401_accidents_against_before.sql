-- One row per work accident of the twelve months to period end (numerator), and one per town with the yearly mean of the
-- three years before, at least one (denominator): the accidents it is measured by are not listed again.
with accidents as (select * from {{ ref('fct_accidents') }} where town_id is not null),

towns as (select * from {{ ref('dim_towns') }}),

periods as (
    select
        *,
        {{ local_midnight(add_months(add_days('end_date', 1), '-12')) }} as year_from_at,
        {{ local_midnight(add_months(add_days('end_date', 1), '-48')) }} as before_from_at
    from {{ ref('dim_periods') }}
),

recent as ({{ rows_of_years('fct_accidents', 'occurred_at') }}),

before_that as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        greatest({{ ratio('count(accidents.accident_no)', '3') }}, 1) as yearly_mean
    from towns
    inner join periods on towns.district_code = periods.district_code
    left join accidents
        on towns.district_code = accidents.district_code
        and towns.town_id = accidents.town_id
        and accidents.occurred_at >= periods.before_from_at
        and accidents.occurred_at < periods.year_from_at
    group by towns.district_code, towns.town_id, periods.period
)

select
{{ evidence('C401', 'town_id', 'accident', 'accident_no', '1', '0', 'occurred_at') }}
from recent
union all
select
{{ evidence('C401', 'town_id', 'town', 'town_id', '0', 'yearly_mean', landing_ref='null') }}
from before_that
