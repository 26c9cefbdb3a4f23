-- E301: one row per principal or safety officer in post at period end; numerator 1 when the hours of the year fall short of the
-- quarters gone by (EN-11, EN-12), or when a high-risk firm's has not passed the assessment in the months allowed (EN-01).
with managers as (select * from {{ ref('fct_firm_managers') }} where enterprise_id is not null),

reporters as (
    select *, cast(substr(period, 6, 1) as integer) as quarter_number from {{ ref('int_enterprise_reporters') }}
),

judged as (
    select
        managers.*,
        reporters.period,
        coalesce(managers.yearly_training_hours, 0) * 4 >= reporters.quarter_number * case
            when reporters.is_high_risk then {{ parameter('manager_hours_high') }}
            else {{ parameter('manager_hours_general') }}
        end as has_hours,
        not reporters.is_high_risk
        or coalesce({{ add_months('managers.appointed_date', parameter('manager_assessment_months')) }} > reporters.end_date, false)
        or coalesce(
            managers.assessed_date <= reporters.end_date and coalesce(managers.valid_to_date >= reporters.end_date, true), false
        ) as is_assessed
    from managers
    inner join reporters
        on managers.enterprise_id = reporters.enterprise_id
        and (managers.appointed_date is null or managers.appointed_date <= reporters.end_date)
        and (managers.left_date is null or managers.left_date > reporters.end_date)
)

select
{{ evidence('E301', 'enterprise_id', 'manager', 'record_no', 'case when has_hours and is_assessed then 0 else 1 end', '1', 'cast(appointed_date as timestamp)') }}
from judged
