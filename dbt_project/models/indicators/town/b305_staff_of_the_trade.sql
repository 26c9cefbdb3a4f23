-- One row per member counted at the station at period end; numerator 1 when the bureau's list says that their subject
-- belongs to the trade, that they are a registered engineer, or that they have done it for three years.
with staff as (select * from {{ ref('int_station_staff') }} where is_counted),

profiles as (
    select
        district_code,
        person_id,
        landing_ref,
        is_major_related or is_registered_engineer or coalesce(work_years_count >= {{ parameter('trade_years') }}, false) as is_of_the_trade
    from {{ ref('fct_staff_profiles') }}
),

judged as (
    select
        staff.district_code,
        staff.town_id,
        staff.period,
        staff.person_id,
        max(case when profiles.is_of_the_trade then 1 else 0 end) as is_of_the_trade,
        coalesce(min(profiles.landing_ref), min(staff.landing_ref)) as landing_ref
    from staff
    left join profiles
        on staff.district_code = profiles.district_code
        and staff.person_id = profiles.person_id
    group by staff.district_code, staff.town_id, staff.period, staff.person_id
)

select
{{ evidence('B305', 'town_id', 'person', 'person_id', 'is_of_the_trade', '1') }}
from judged
