-- One row per day of the years that are announced: whether the district works, and how many working days lie before it.
-- Monday to Friday, but for the days of ref_calendar_days, and last what the district itself decided. A year that is not
-- announced has no rows: a clock that would end in it has no end yet, and says so.
with known as (select * from {{ ref('ref_calendar_days') }}),

overrides as (select * from {{ ref('method_calendar_overrides') }} where method_version = '{{ var("method_version") }}'),

bounds as (
    select
        min(effective_from) as first_date,
        max(effective_to) as last_date
    from known
),

digits as (
    select 0 as n
    {%- for n in range(1, 10) %}
    union all
    select {{ n }}
    {%- endfor %}
),

numbers as (
    select a.n + 10 * b.n + 100 * c.n + 1000 * d.n as n
    from digits as a
    cross join digits as b
    cross join digits as c
    cross join digits as d
),

days as (
    select {{ add_days('bounds.first_date', 'numbers.n') }} as calendar_date
    from bounds
    cross join numbers
    where {{ add_days('bounds.first_date', 'numbers.n') }} <= bounds.last_date
),

told as (
    select
        days.calendar_date,
        coalesce(overrides.name_zh, known.name_zh) as name_zh,
        coalesce(overrides.name_en, known.name_en) as name_en,
        case
            when overrides.calendar_date is not null then 'district'
            when known.calendar_date is not null then known.day_kind
            else 'week'
        end as day_source,
        coalesce(
            overrides.is_working,
            known.day_kind = 'makeup',
            {{ working_days_between('days.calendar_date', add_days('days.calendar_date', 1)) }} = 1
        ) as is_working
    from days
    left join known on days.calendar_date = known.calendar_date
    left join overrides on days.calendar_date = overrides.calendar_date
)

select
    calendar_date,
    name_zh,
    name_en,
    day_source,
    cast(coalesce(sum(case when is_working then 1 else 0 end) over (
        order by calendar_date rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as work_day_number,
    is_working
from told
