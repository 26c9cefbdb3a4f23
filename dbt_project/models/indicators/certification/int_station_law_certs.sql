-- One row per station x period: valid in-quota enforcement certificates at period end, and the most on any day of the period.
-- The count can rise only on the first day or when somebody is hired, certified or reviewed: those days are looked at.
{{ config(materialized='table') }}
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

rosters as (select * from {{ ref('fct_station_roster') }} where is_in_quota and town_id is not null),

certificates as (select * from {{ ref('fct_certificate_records') }} where holder_kind = 'station' and cert_type_code = 'law'),

at_end as (
    select unit_id as town_id, period, cast(sum(numerator) as integer) as valid_at_end
    from {{ ref('st_02_two_law_certificates') }}
    where entity_type = 'person'
    group by unit_id, period
),

days as (
    select period, start_date as day_date from periods
    union
    select periods.period, rosters.hired_date
    from rosters inner join periods on rosters.period = periods.period
    where rosters.hired_date between periods.start_date and periods.end_date
    union
    select periods.period, certificates.issued_date
    from certificates inner join periods on certificates.issued_date between periods.start_date and periods.end_date
    union
    select periods.period, certificates.reviewed_date
    from certificates inner join periods on certificates.reviewed_date between periods.start_date and periods.end_date
),

-- who is where on each of those days: once, at the newest social-insurance month
present as (
    select days.period, days.day_date, rosters.town_id, rosters.person_id
    from days
    inner join rosters
        on days.period = rosters.period
        and (rosters.hired_date is null or rosters.hired_date <= days.day_date)
        and (rosters.left_date is null or rosters.left_date > days.day_date)
    qualify row_number() over (
        partition by days.period, days.day_date, rosters.person_id
        order by rosters.insured_month desc nulls last, rosters.hired_date desc nulls last, rosters.roster_no
    ) = 1
),

judged as (
    select
        present.period,
        present.day_date,
        present.town_id,
        present.person_id,
        {{ certificate_status('certificates', 'present.day_date') }} as cert_status
    from present
    inner join certificates on present.person_id = certificates.person_id
),

by_day as (
    select period, day_date, town_id, count(distinct person_id) as valid_count
    from judged
    where cert_status in ('valid', 'expiring')
    group by period, day_date, town_id
),

most as (
    select period, town_id, cast(max(valid_count) as integer) as max_valid
    from by_day
    group by period, town_id
)

select
    towns.district_code,
    towns.town_id,
    periods.period,
    coalesce(at_end.valid_at_end, 0) as valid_at_end,
    greatest(coalesce(most.max_valid, 0), coalesce(at_end.valid_at_end, 0)) as max_valid_in_period
from towns
inner join periods on towns.district_code = periods.district_code
left join at_end on towns.town_id = at_end.town_id and periods.period = at_end.period
left join most on towns.town_id = most.town_id and periods.period = most.period
