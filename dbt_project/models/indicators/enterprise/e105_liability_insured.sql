-- E105: one row per high-risk firm on the platform; numerator 1 when no policy of it is in force on the last day.
with insured as (
    select
        reporters.district_code,
        reporters.enterprise_id,
        reporters.period,
        min(policies.policy_no) as policy_no,
        coalesce(min(policies.landing_ref), reporters.landing_ref) as landing_ref
    from {{ ref('int_enterprise_reporters') }} as reporters
    left join {{ ref('fct_firm_insurances') }} as policies
        on reporters.enterprise_id = policies.enterprise_id
        and reporters.end_date between policies.from_date and policies.to_date
    where reporters.is_high_risk
    group by reporters.district_code, reporters.enterprise_id, reporters.period, reporters.landing_ref
)

select
{{ evidence('E105', 'enterprise_id', 'policy', "coalesce(policy_no, 'none')", 'case when policy_no is null then 1 else 0 end', '1') }}
from insured
