-- ST-18: one row per person of known age; counts when younger than 50 (50 and over: the word includes 50).
-- One more row per person over 55 in a rescue post, who must not stay there.
with staff as (select * from {{ ref('int_station_staff') }}),

rules as (select * from {{ ref('method_cert_rules') }} where rule_id = 'ST-18')

select
    staff.district_code,
    'ST-18' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when staff.age_years < rules.age_limit_years then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    staff.landing_ref as landing_ref
from staff
cross join rules
where staff.is_counted and staff.age_years is not null

union all
select
    staff.district_code,
    'ST-18',
    staff.town_id,
    staff.period,
    'requirement',
    staff.person_id,
    cast(0 as decimal(18, 6)),
    cast(1 as decimal(18, 6)),
    cast(null as timestamp),
    staff.landing_ref
from staff
cross join rules
where staff.is_counted and staff.post_code = 'rescue' and staff.age_years > rules.field_age_limit_years
