-- E507: one row per major hazard source on the firm's list; numerator 1 when it is not registered, filed and monitored by period end. A firm
-- on the platform that the brigade knows to have one and that lists none has one row. No source: the item does not apply.
with sources as ({{ rows_at_period_ends('fct_firm_hazard_sources', unit='enterprise_id') }}),

unlisted as (
    select reporters.*
    from {{ ref('int_enterprise_reporters') }} as reporters
    left join sources on reporters.enterprise_id = sources.enterprise_id and reporters.period = sources.period
    where reporters.is_major_hazard_source and sources.source_no is null
)

select
{{ evidence('E507', 'enterprise_id', 'hazard_source', 'source_no', 'case when registered_date <= end_date and filed_no is not null and is_monitored then 0 else 1 end', '1', 'cast(registered_date as timestamp)') }}
from sources
union all
select
{{ evidence('E507', 'enterprise_id', 'enterprise', 'enterprise_id', '1', '1') }}
from unlisted
