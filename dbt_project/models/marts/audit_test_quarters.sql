-- One row per integrity test x period x town: the audit cases opened, 0 too.
with cases as (select * from {{ ref('audit_cases') }}),

tests as (
    select * from {{ ref('method_integrity_tests') }} where method_version = '{{ var("method_version") }}'
)

select
    towns.district_code,
    tests.test_code,
    periods.period,
    towns.town_id,
    max(tests.name_zh) as test_name_zh,
    max(tests.name_en) as test_name_en,
    cast(count(cases.case_id) as bigint) as case_count
from {{ ref('dim_towns') }} as towns
cross join tests
inner join {{ ref('dim_periods') }} as periods on towns.district_code = periods.district_code
left join cases
    on towns.district_code = cases.district_code
    and tests.test_code = cases.test_code
    and periods.period = cases.period
    and towns.town_id = cases.town_id
group by towns.district_code, tests.test_code, periods.period, towns.town_id
