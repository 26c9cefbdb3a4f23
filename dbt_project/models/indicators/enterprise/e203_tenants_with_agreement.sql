-- E203: one row per tenant or contractor of a landlord; numerator 1 when no safety agreement is in force at period end. Who is on the
-- landlord's list counts, and who names the landlord as its own and is not on that list. Nobody rents: the item does not apply.
with periods as (select * from {{ ref('dim_periods') }}),

leases as (select * from {{ ref('fct_firm_leases') }} where enterprise_id is not null),

tenants as (
    select firms.*
    from {{ ref('dim_enterprises') }} as firms
    left join leases
        on firms.landlord_enterprise_id = leases.enterprise_id
        and firms.enterprise_id = leases.tenant_enterprise_id
    where firms.landlord_enterprise_id is not null and firms.is_active and leases.agreement_no is null
),

listed as (
    select
        leases.*,
        periods.period,
        coalesce(leases.has_safety_agreement, false)
        and coalesce(leases.valid_to_date >= periods.end_date, true) as is_agreed
    from leases
    inner join periods
        on leases.district_code = periods.district_code
        and (leases.signed_date is null or leases.signed_date <= periods.end_date)
)

select
{{ evidence('E203', 'enterprise_id', 'lease', 'agreement_no', 'case when is_agreed then 0 else 1 end', '1', 'cast(signed_date as timestamp)') }}
from listed
union all
select
    tenants.district_code,
    'E203' as indicator_code,
    tenants.landlord_enterprise_id as unit_id,
    periods.period as period,
    'enterprise' as entity_type,
    tenants.enterprise_id as entity_id,
    cast(1 as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    tenants.landing_ref as landing_ref
from tenants
inner join periods
    on tenants.district_code = periods.district_code
    and (tenants.valid_from_date is null or tenants.valid_from_date <= periods.end_date)
