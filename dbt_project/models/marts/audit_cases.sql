-- One row per audit case that the integrity tests opened: test, quarter, what was seen beside the limit, and the row that shows it. A case asks
-- somebody to look; it changes no score, and says nothing of guilt.
with found as (select * from {{ ref('integrity_evidence') }}),

tests as (
    select * from {{ ref('method_integrity_tests') }} where method_version = '{{ var("method_version") }}'
)

select
    found.district_code,
    'A-' || substr({{ digest("concat(found.test_code, '|', found.period, '|', found.entity_type, '|', found.entity_id)") }}, 1, 12) as case_id,
    found.test_code,
    found.period,
    found.town_id,
    found.entity_type,
    found.entity_id,
    tests.name_zh as test_name_zh,
    tests.name_en as test_name_en,
    tests.rule_zh,
    tests.rule_en,
    found.detail_text,
    found.landing_ref,
    found.seen_value,
    found.limit_value,
    found.occurred_at
from found
left join tests on found.test_code = tests.test_code
-- one case for a thing, however many of its rows show it
qualify row_number() over (
    partition by found.district_code, found.test_code, found.period, found.entity_type, found.entity_id
    order by found.occurred_at, found.landing_ref
) = 1
