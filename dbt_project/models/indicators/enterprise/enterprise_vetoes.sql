-- One row per enterprise x veto x period that is in force at period end, with the rows that show it. Which rows those are, and for how
-- long, is said in the file of the veto.
select
    district_code,
    unit_id as enterprise_id,
    period,
    indicator_code as veto_code,
    cast(count(*) as bigint) as evidence_count,
    max(occurred_at) as last_occurred_at,
    min(landing_ref) as landing_ref
from {{ ref('enterprise_item_evidence') }}
where indicator_code like 'EV%' and numerator > 0
group by district_code, unit_id, period, indicator_code
