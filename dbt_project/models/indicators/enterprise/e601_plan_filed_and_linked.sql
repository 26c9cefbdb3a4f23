-- E601: one row per firm on the platform x what its plans must be: one filed by period end, one linked with the town's. Numerator 1 when
-- none is.
with plans as ({{ rows_at_period_ends('fct_firm_plans', 'facts.issued_date is null or facts.issued_date <= periods.end_date', unit='enterprise_id') }}),

stated as (
    select
        *,
        filed_no is not null and coalesce(filed_date <= end_date, true) as is_filed
    from plans
),

{% set wants = [('filed', 'is_filed'), ('linked', 'is_linked')] %}
best as (
    {%- for name, condition in wants %}
    select
        reporters.district_code,
        reporters.enterprise_id,
        reporters.period,
        coalesce(min(case when stated.{{ condition }} then stated.plan_no else null end), 'none-{{ name }}') as plan_no,
        max(case when stated.{{ condition }} then 1 else 0 end) as is_there,
        coalesce(
            min(case when stated.{{ condition }} then stated.landing_ref else null end), min(stated.landing_ref), reporters.landing_ref
        ) as landing_ref
    from {{ ref('int_enterprise_reporters') }} as reporters
    left join stated on reporters.enterprise_id = stated.enterprise_id and reporters.period = stated.period
    group by reporters.district_code, reporters.enterprise_id, reporters.period, reporters.landing_ref
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
{{ evidence('E601', 'enterprise_id', 'firm_plan', 'plan_no', '1 - is_there', '1') }}
from best
