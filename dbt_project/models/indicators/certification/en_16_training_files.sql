-- EN-16: one row per training file of the last three years; counts when it is kept and everybody who was there signed.
with files as (select * from {{ ref('fct_training_files') }} where attendee_count > 0),

firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

rules as (select * from {{ ref('method_cert_rules') }} where rule_id = 'EN-16'),

judged as (
    select files.*, periods.period
    from files
    inner join firms on files.enterprise_id = firms.enterprise_id
    cross join rules
    inner join {{ ref('dim_periods') }} as periods
        on files.district_code = periods.district_code
        and files.trained_date <= periods.end_date
        and files.trained_date > {{ add_months('periods.end_date', '-cast(rules.validity_months as integer)') }}
)

select
{{ evidence('EN-16', 'enterprise_id', 'training_file', 'file_no', 'case when is_kept and signed_count >= attendee_count then 1 else 0 end', '1', 'cast(trained_date as timestamp)') }}
from judged
