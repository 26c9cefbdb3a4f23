-- One row per town x month whose report of its work repeats the counts of the month before, all of them.
with reports as (
    select
        *,
        lag(counts_text) over (partition by district_code, town_id order by month_date) as former_text,
        lag(month_date) over (partition by district_code, town_id order by month_date) as former_date
    from {{ ref('fct_town_workloads') }}
    where town_id is not null
),

repeated as ({{ rows_of_periods('fct_town_workloads', 'month_date') }})

select {{ audit_row('I6', 'town_month', "concat(repeated.town_id, ':', cast(repeated.month_date as string))", '1', '0', "concat('the counts ', reports.counts_text, ' stand in two months running')", 'cast(repeated.month_date as timestamp)', 'repeated') }}
from repeated
inner join reports
    on repeated.district_code = reports.district_code
    and repeated.town_id = reports.town_id
    and repeated.month_date = reports.month_date
where reports.former_text = reports.counts_text and {{ add_months('reports.former_date', 1) }} = reports.month_date
