-- One row per member who was at the station a year before period end, is there on the last day, or left in between: half a
-- head for each of the two days (denominator, so that it adds up to the mean) and 1 for leaving.
with rosters as (select * from {{ ref('fct_station_roster') }} where not_counted_reason in ('', 'left') and town_id is not null),

periods as (
    select
        *,
        {{ add_months('end_date', '-12') }} as year_ago_date
    from {{ ref('dim_periods') }}
),

lines as (
    select
        rosters.district_code,
        rosters.town_id,
        rosters.period,
        rosters.person_id,
        rosters.left_date,
        rosters.landing_ref,
        (rosters.hired_date is null or rosters.hired_date <= periods.year_ago_date)
        and (rosters.left_date is null or rosters.left_date > periods.year_ago_date) as was_there,
        rosters.left_date is null or rosters.left_date > periods.end_date as is_there,
        coalesce(rosters.left_date > periods.year_ago_date and rosters.left_date <= periods.end_date, false) as has_left
    from rosters
    inner join periods
        on rosters.district_code = periods.district_code
        and rosters.period = periods.period
),

members as (
    select
        district_code,
        town_id,
        period,
        person_id,
        -- who has a newer line at the station has not left it
        case when bool_or(has_left) and not bool_or(is_there) then 1 else 0 end as has_left,
        (case when bool_or(was_there) then 1 else 0 end + case when bool_or(is_there) then 1 else 0 end) * cast(0.5 as decimal(3, 1)) as heads,
        max(case when has_left then left_date else null end) as left_date,
        min(landing_ref) as landing_ref
    from lines
    where was_there or is_there or has_left
    group by district_code, town_id, period, person_id
)

select
{{ evidence('B401', 'town_id', 'person', 'person_id', 'has_left', 'heads', 'left_date') }}
from members
