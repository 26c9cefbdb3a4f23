-- ST-19: one row per station with time sheets of the period; met when at most 15 % of the hours of its full-time staff went elsewhere.
with hours as ({{ rows_of_periods('fct_work_hours', 'month_date', 'facts.work_hours > 0') }}),

rules as (select * from {{ ref('method_cert_rules') }} where rule_id = 'ST-19'),

summed as (
    select
        district_code,
        town_id,
        period,
        sum(case when is_diverted then work_hours else 0 end) as diverted_hours,
        sum(work_hours) as all_hours,
        min(landing_ref) as landing_ref
    from hours
    group by district_code, town_id, period
),

judged as (
    select
        summed.*,
        rules.required_min,
        case when {{ ratio('summed.diverted_hours', 'summed.all_hours') }} <= rules.required_share then 1 else 0 end as is_met
    from summed
    cross join rules
)

select
{{ evidence('ST-19', 'town_id', 'time_sheets', 'town_id', 'is_met', 'required_min') }}
from judged
