-- One row per publicity event planned in the period at the weakest of the four venues; numerator 1 when it was held by period end. The
-- weakest is the venue with the smallest share held; one at which nothing was planned is weaker than any and has one row of its own.
with events as ({{ rows_of_periods('fct_publicity_events', 'planned_date', "facts.venue_code <> 'other'") }}),

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

venues as (
    select 1 as venue_order, 'factory' as venue_code
    union all
    select 2, 'village'
    union all
    select 3, 'school'
    union all
    select 4, 'community'
),

weakest as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        venues.venue_code,
        count(events.event_no) as planned_count
    from towns
    inner join periods on towns.district_code = periods.district_code
    cross join venues
    left join events
        on towns.district_code = events.district_code
        and towns.town_id = events.town_id
        and periods.period = events.period
        and venues.venue_code = events.venue_code
    group by towns.district_code, towns.town_id, periods.period, venues.venue_code, venues.venue_order
    qualify row_number() over (
        partition by towns.district_code, towns.town_id, periods.period
        order by
            coalesce({{ ratio('sum(case when events.held_date <= events.end_date then 1 else 0 end)', 'count(events.event_no)') }}, -1),
            venues.venue_order
    ) = 1
),

judged as (
    select
        weakest.district_code,
        weakest.town_id,
        weakest.period,
        events.event_no,
        case when events.held_date <= events.end_date then 1 else 0 end as is_held,
        events.planned_date,
        events.landing_ref
    from weakest
    inner join events
        on weakest.district_code = events.district_code
        and weakest.town_id = events.town_id
        and weakest.period = events.period
        and weakest.venue_code = events.venue_code
)

select
{{ evidence('I201', 'town_id', 'publicity_event', 'event_no', 'is_held', '1', 'planned_date') }}
from judged
union all
select
{{ evidence('I201', 'town_id', 'venue', 'venue_code', '0', '1', landing_ref='null') }}
from weakest
where planned_count = 0
