-- One row per inspection in the period; numerator is the number of hazards it found.
with inspections as (select * from {{ ref('fct_inspections') }}),

periods as (select * from {{ ref('dim_periods') }}),

dated as (
    select inspections.*, periods.period
    from inspections
    inner join periods
        on inspections.district_code = periods.district_code
        and inspections.inspected_at >= periods.start_at
        and inspections.inspected_at < periods.end_before_at
    where inspections.town_id is not null
)

select
{{ evidence('C204', 'town_id', 'inspection', 'inspection_id', 'hazard_count', '1', 'inspected_at') }}
from dated
