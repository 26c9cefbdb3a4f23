-- E502: per firm on the platform one row with the self-inspections due (a key firm one in each whole week of the quarter, others one a month)
-- and one row per week or month in which one was made. Nobody's came for the period: no rows, the item is not reported.
with reporters as (select * from {{ ref('int_enterprise_reporters') }}),

made as ({{ rows_of_periods('fct_firm_self_inspections', 'inspected_date', unit='enterprise_id') }}),

told as (select distinct period from made),

due as (
    select
        reporters.*,
        case
            when reporters.is_key then cast(floor(({{ days_between('reporters.start_date', 'reporters.end_date') }} + 1) / 7) as integer)
            else 3
        end as due_count
    from reporters
    inner join told on reporters.period = told.period
),

slots as (
    select
        made.*,
        due.due_count,
        case
            -- the days after the last whole week belong to it
            when due.is_key then cast(least(
                floor({{ days_between('made.start_date', 'made.inspected_date') }} / 7), due.due_count - 1
            ) as integer)
            else cast(substr(cast(made.inspected_date as string), 6, 2) as integer)
        end as slot
    from made
    inner join due on made.enterprise_id = due.enterprise_id and made.period = due.period
),

first_of_slot as (
    select *
    from slots
    qualify row_number() over (partition by enterprise_id, period, slot order by inspected_date, inspection_no) = 1
)

select
{{ evidence('E502', 'enterprise_id', 'register', 'enterprise_no', '0', 'due_count') }}
from due
union all
select
{{ evidence('E502', 'enterprise_id', 'self_inspection', 'inspection_no', '1', '0', 'cast(inspected_date as timestamp)') }}
from first_of_slot
