{# The code of why points of an item were lost: no data, or what its rule says. `status` and `code` are columns of the item. #}
{% macro lost_reason(status, code) -%}
case when {{ status }} = 'not_reported' then 'NO_DATA' else {{ code }} end
{%- endmacro %}

{# The part of an item's requirement that is met, 1 where nothing was required; null where the item is not judged by it. #}
{% macro met_share(calc_kind, row) -%}
case when {{ calc_kind }} = 'share_met' then least(coalesce({{ anlan.ratio(row ~ '.numerator', row ~ '.denominator') }}, 1), 1) else null end
{%- endmacro %}

{# The rows of a core fact that firms report by the quarter, with the period and its end. Body of a CTE. #}
{% macro reports_of_quarters(model, condition='true') -%}
select
    facts.*,
    periods.period,
    periods.end_date
from {{ ref(model) }} as facts
inner join {{ ref('dim_periods') }} as periods
    on facts.district_code = periods.district_code
    and facts.quarter_code = periods.period
where facts.enterprise_id is not null and {{ condition }}
{%- endmacro %}

{# The quarterly reports of rated firms (a `condition` on firms) on the training of their workers, with the period. Body of a CTE. #}
{% macro worker_reports(condition) -%}
select
    reports.*,
    periods.period
from {{ ref('fct_worker_trainings') }} as reports
inner join {{ ref('dim_enterprises') }} as firms
    on reports.district_code = firms.district_code
    and reports.enterprise_id = firms.enterprise_id
    and firms.is_rated_unit
inner join {{ ref('dim_periods') }} as periods
    on reports.district_code = periods.district_code
    and reports.quarter_code = periods.period
where {{ condition }}
{%- endmacro %}

{#
  An item that inspections prove: one row per inspection in the item's window, up to period end, and one per hazard of the item
  that they found (a breach), closed since or not: closing late is E503.
#}
{% macro breach_evidence(item_code) -%}
{{ anlan.inspection_evidence(item_code, 1) }}
union all
select
{{ anlan.evidence(item_code, 'enterprise_id', 'hazard', 'hazard_id', '1', '0', 'found_at') }}
from {{ ref('int_enterprise_inspection_breaches') }}
where item_code = '{{ item_code }}'
{%- endmacro %}

{# One row per inspection of the window: that somebody looked. Counted, or with a denominator of 0 a receipt only. #}
{% macro inspection_evidence(item_code, denominator) -%}
select
{{ anlan.evidence(item_code, 'enterprise_id', 'inspection', 'inspection_id', '0', denominator, 'inspected_at') }}
from {{ ref('int_enterprise_inspections') }}
{%- endmacro %}

{#
  What a register says of every rated firm, for the items that count what is in it: one row per firm that says its name was looked up. No
  register at all: no rows, the item is not reported.
#}
{% macro register_evidence(item_code, register) -%}
select
    firms.district_code,
    '{{ item_code }}' as indicator_code,
    firms.enterprise_id as unit_id,
    periods.period as period,
    'register' as entity_type,
    firms.firm_no as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    firms.landing_ref as landing_ref
from {{ ref('dim_enterprises') }} as firms
inner join {{ ref('dim_periods') }} as periods on firms.district_code = periods.district_code
cross join (select count(*) as entry_count from {{ ref(register) }}) as register
where firms.is_rated_unit and register.entry_count > 0
{%- endmacro %}

{# The rows of a core fact on firms that fall in the months for which a veto lasts, up to the end of a period, with `period`. Body of a CTE. #}
{% macro rows_of_vetoes(model, day, veto_code, condition='true') -%}
select
    facts.*,
    periods.period
from {{ ref(model) }} as facts
cross join (
    select max(duration_months) as duration_months from {{ ref('method_enterprise_items') }} where item_code = '{{ veto_code }}'
) as veto
inner join {{ ref('dim_periods') }} as periods
    on facts.district_code = periods.district_code
    {%- if day.endswith('_at') %}
    and facts.{{ day }} < periods.end_before_at
    and {{ anlan.local_date('facts.' ~ day) }} > {{ anlan.add_months('periods.end_date', '-veto.duration_months') }}
    {%- else %}
    and facts.{{ day }} <= periods.end_date
    and facts.{{ day }} > {{ anlan.add_months('periods.end_date', '-veto.duration_months') }}
    {%- endif %}
where facts.enterprise_id is not null and {{ condition }}
{%- endmacro %}

{# A veto by an accident of a firm for which it is responsible, from its day for the months of the veto. #}
{% macro veto_by_accident(veto_code, condition) -%}
with accidents as ({{ anlan.rows_of_vetoes('fct_firm_accidents', 'occurred_at', veto_code, 'facts.is_responsible and ' ~ condition) }})

select
{{ anlan.evidence(veto_code, 'enterprise_id', 'firm_accident', 'accident_id', '1', '1', 'occurred_at') }}
from accidents
{%- endmacro %}

{# A veto by a list of dishonesty: one row per entry that stands on the last day of the period. #}
{% macro veto_while_listed(veto_code, condition='true') -%}
select
{{ anlan.evidence(veto_code, 'enterprise_id', 'listing', 'listing_id', '1', '1', 'cast(from_date as timestamp)') }}
from (
    select listings.*, periods.period
    from {{ ref('fct_firm_dishonesty') }} as listings
    inner join {{ ref('dim_periods') }} as periods
        on listings.district_code = periods.district_code
        and periods.end_date between listings.from_date and listings.to_date
    where listings.enterprise_id is not null and {{ condition }}
) as listed
{%- endmacro %}
