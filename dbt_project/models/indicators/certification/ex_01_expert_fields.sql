-- EX-01: one row per field that an expert of senior title or a registered safety engineer covers on the last day, one for the fields
-- there must be, and one per expert as receipt.
with held as (select * from {{ ref('int_team_holdings') }} where rule_id = 'EX-01'),

rules as (select * from {{ ref('method_cert_rules') }} where rule_id = 'EX-01'),

fields as (
    select district_code, unit_id, period, post_word, min(landing_ref) as landing_ref
    from held
    where is_eligible and held_status in ('valid', 'expiring') and post_word is not null
    group by district_code, unit_id, period, post_word
),

needed as (
    select held.district_code, held.unit_id, held.period, max(rules.required_min) as required_min, min(held.landing_ref) as landing_ref
    from held
    cross join rules
    group by held.district_code, held.unit_id, held.period
)

select
{{ evidence('EX-01', 'unit_id', 'field', 'post_word', '1', '0') }}
from fields
union all
select
{{ evidence('EX-01', 'unit_id', 'expert_pool', 'unit_id', '0', 'required_min') }}
from needed
union all
select
{{ evidence('EX-01', 'unit_id', 'person', 'person_id', '0', '0') }}
from held
