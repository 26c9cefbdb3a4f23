-- E603: one row per firm that reports either x what must be there: response staff is named, a supply can be used on the last day, none
-- has expired. Numerator 1 for each that is not so.
with staff as (select * from {{ ref('fct_firm_rescue_staff') }} where enterprise_id is not null),

supplies as (select * from {{ ref('fct_firm_supplies') }} where enterprise_id is not null),

firms as (select * from {{ ref('int_enterprise_reporters') }}),

named as (
    select
        enterprise_id,
        min(landing_ref) as landing_ref,
        max(case when rescue_kind <> 'none' then 1 else 0 end) as is_named
    from staff
    group by enterprise_id
),

kept as (
    select
        firms.enterprise_id,
        firms.period,
        min(supplies.landing_ref) as landing_ref,
        max(case when supplies.quantity > 0 and coalesce(supplies.expiry_date >= firms.end_date, true) then 1 else 0 end) as is_usable,
        max(case when supplies.expiry_date < firms.end_date then 1 else 0 end) as is_any_expired,
        min(case when supplies.expiry_date < firms.end_date then supplies.supply_no else null end) as expired_no,
        min(case when supplies.expiry_date < firms.end_date then supplies.landing_ref else null end) as expired_ref
    from firms
    inner join supplies on firms.enterprise_id = supplies.enterprise_id
    group by firms.enterprise_id, firms.period
),

told as (
    select
        firms.district_code,
        firms.enterprise_id,
        firms.enterprise_no,
        firms.period,
        coalesce(named.is_named, 0) as is_named,
        coalesce(kept.is_usable, 0) as is_usable,
        coalesce(kept.is_any_expired, 0) as is_any_expired,
        coalesce(kept.expired_no, 'in-date') as expired_no,
        coalesce(named.landing_ref, firms.landing_ref) as staff_ref,
        coalesce(kept.landing_ref, firms.landing_ref) as supply_ref,
        coalesce(kept.expired_ref, kept.landing_ref, firms.landing_ref) as expired_ref
    from firms
    left join named on firms.enterprise_id = named.enterprise_id
    left join kept on firms.enterprise_id = kept.enterprise_id and firms.period = kept.period
    where named.enterprise_id is not null or kept.enterprise_id is not null
)

select
{{ evidence('E603', 'enterprise_id', 'response_staff', 'enterprise_no', '1 - is_named', '1', landing_ref='staff_ref') }}
from told
union all
select
{{ evidence('E603', 'enterprise_id', 'supply', "'usable'", '1 - is_usable', '1', landing_ref='supply_ref') }}
from told
union all
select
{{ evidence('E603', 'enterprise_id', 'supply', 'expired_no', 'is_any_expired', '1', landing_ref='expired_ref') }}
from told
