-- E401: one row per dangerous job begun in the period, and per such finding of an inspection in it; numerator 1 without a permit before the
-- work began or without attendant. No such work: the item does not apply.
with jobs as ({{ rows_of_periods('fct_firm_work_permits', 'started_at', unit='enterprise_id') }}),

found as (
    select breaches.*
    from {{ ref('int_enterprise_inspection_breaches') }} as breaches
    inner join {{ ref('dim_periods') }} as periods
        on breaches.district_code = periods.district_code
        and breaches.period = periods.period
        and breaches.found_at >= periods.start_at
    where breaches.item_code = 'E401'
)

select
{{ evidence('E401', 'enterprise_id', 'permit', 'permit_no', 'case when approved_at <= started_at and has_attendant then 0 else 1 end', '1', 'started_at') }}
from jobs
union all
select
{{ evidence('E401', 'enterprise_id', 'hazard', 'hazard_id', '1', '1', 'found_at') }}
from found
