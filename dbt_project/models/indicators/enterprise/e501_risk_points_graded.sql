-- E501: one row per risk point on the firm's list; numerator 1 when it has one of the four colours by period end and is posted.
with points as ({{ rows_at_period_ends('fct_firm_risk_points', unit='enterprise_id') }})

select
{{ evidence('E501', 'enterprise_id', 'firm_risk_point', 'risk_no', "case when colour_code is not null and is_posted and (assessed_date is null or assessed_date <= end_date) then 1 else 0 end", '1', 'cast(assessed_date as timestamp)') }}
from points
