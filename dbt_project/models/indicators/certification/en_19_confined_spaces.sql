-- EN-19: one row per permit of the twelve months for work in a confined space, counting with an attendant, and one per firm with such
-- spaces saying whether their topic was trained in those months.
with firms as (
    select spaces.district_code, spaces.enterprise_id, min(spaces.landing_ref) as landing_ref
    from {{ ref('fct_confined_spaces') }} as spaces
    inner join {{ ref('dim_enterprises') }} as enterprises
        on spaces.enterprise_id = enterprises.enterprise_id and enterprises.is_rated_unit
    group by spaces.district_code, spaces.enterprise_id
),

permits as ({{ rows_of_years('fct_confined_permits', 'started_at', unit='enterprise_id') }}),

trainings as ({{ rows_of_years('fct_training_files', 'trained_date', 'facts.is_confined_space', unit='enterprise_id') }}),

attended as (
    select permits.*
    from permits
    inner join firms on permits.enterprise_id = firms.enterprise_id
),

trained as (
    select
        firms.district_code,
        firms.enterprise_id,
        periods.period,
        max(case when trainings.file_no is not null then 1 else 0 end) as is_met,
        coalesce(min(trainings.landing_ref), min(firms.landing_ref)) as landing_ref
    from firms
    inner join {{ ref('dim_periods') }} as periods on firms.district_code = periods.district_code
    left join trainings on firms.enterprise_id = trainings.enterprise_id and periods.period = trainings.period
    group by firms.district_code, firms.enterprise_id, periods.period
)

select
{{ evidence('EN-19', 'enterprise_id', 'permit', 'permit_no', 'case when has_attendant then 1 else 0 end', '1', 'started_at') }}
from attended
union all
select
{{ evidence('EN-19', 'enterprise_id', 'requirement', "'topic_training'", 'is_met', '1') }}
from trained
