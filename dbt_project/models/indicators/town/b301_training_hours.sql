-- One row per member counted at the station at period end: hours learned in the period, a day never for more than its cap,
-- times four (a quarter is a fourth of a year). Who is not on the training platform has learned nothing there.
with staff as (select * from {{ ref('int_station_staff') }} where is_counted),

records as (select * from {{ ref('fct_learning_records') }} where learning_hours > 0),

days as ({{ learned_days('records.learned_date between periods.start_date and periods.end_date') }}),

summed as (
    select
        staff.district_code,
        staff.town_id,
        staff.period,
        staff.person_id,
        4 * coalesce(sum(days.day_hours), 0) as year_hours,
        coalesce(min(days.landing_ref), min(staff.landing_ref)) as landing_ref
    from staff
    left join days
        on staff.district_code = days.district_code
        and staff.person_id = days.person_id
        and staff.period = days.period
    group by staff.district_code, staff.town_id, staff.period, staff.person_id
)

select
{{ evidence('B301', 'town_id', 'person', 'person_id', 'year_hours', '1') }}
from summed
