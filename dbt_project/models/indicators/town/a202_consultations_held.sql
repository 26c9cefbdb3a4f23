-- One row per town x consultation due in the period: one a month in the flood season, one a quarter outside it; numerator 1
-- when the town held a joint consultation in that time. Two in one month do not stand for the next.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

meetings as (select * from {{ ref('fct_meetings') }} where is_town_consultation and held_date is not null),

months as ({{ months_of_periods() }}),

due as (
    select district_code, period, from_date, to_date
    from months
    where month(from_date) between {{ parameter('flood_season_first_month') }} and {{ parameter('flood_season_last_month') }}
    union all
    select periods.district_code, periods.period, periods.start_date, periods.end_date
    from periods
    where not exists (
        select 1
        from months
        where periods.period = months.period
            and month(months.from_date) between {{ parameter('flood_season_first_month') }} and {{ parameter('flood_season_last_month') }}
    )
),

judged as (
    select
        towns.district_code,
        towns.town_id,
        due.period,
        due.from_date,
        max(case when meetings.meeting_no is not null then 1 else 0 end) as is_held,
        min(meetings.held_at) as held_at,
        min(meetings.landing_ref) as landing_ref
    from towns
    inner join due on towns.district_code = due.district_code
    left join meetings
        on towns.district_code = meetings.district_code
        and towns.town_id = meetings.town_id
        and meetings.held_date between due.from_date and due.to_date
    group by towns.district_code, towns.town_id, due.period, due.from_date
)

select
{{ evidence('A202', 'town_id', 'consultation', 'from_date', 'is_held', '1', 'held_at') }}
from judged
