{#
  The columns of a row of the audit queue, in their order: what was seen beside the limit, and the row that shows it. Rows carry
  district_code, town_id, period and landing_ref. A row opens a case; it says nothing of anybody's guilt and changes no score.
#}
{% macro audit_row(test_code, entity_type, entity_id, seen_value, limit_value, detail, occurred_at, rows='') -%}
{%- set of = rows ~ '.' if rows else '' -%}
    {{ of }}district_code,
    cast('{{ test_code }}' as string) as test_code,
    {{ of }}period,
    {{ of }}town_id,
    cast('{{ entity_type }}' as string) as entity_type,
    cast({{ entity_id }} as string) as entity_id,
    cast({{ seen_value }} as decimal(18, 6)) as seen_value,
    cast({{ limit_value }} as decimal(18, 6)) as limit_value,
    cast({{ detail }} as string) as detail_text,
    {{ occurred_at }} as occurred_at,
    {{ of }}landing_ref
{%- endmacro %}

{# Rows of a CTE with the period of an instant of theirs. Body of a CTE. #}
{% macro in_periods(rows, occurred_at) -%}
select
    {{ rows }}.*,
    periods.period,
    periods.end_date
from {{ rows }}
inner join {{ ref('dim_periods') }} as periods
    on {{ rows }}.district_code = periods.district_code
    and {{ rows }}.{{ occurred_at }} >= periods.start_at
    and {{ rows }}.{{ occurred_at }} < periods.end_before_at
{%- endmacro %}

{# Rows of a CTE about hazards with the town of the hazard and the period of an instant of theirs. Body of a CTE. #}
{% macro audited(rows, occurred_at) -%}
select
    dated.*,
    lives.town_id
from ({{ anlan.in_periods(rows, occurred_at) }}) as dated
inner join {{ ref('fct_hazard_lives') }} as lives
    on dated.district_code = lives.district_code
    and dated.hazard_id = lives.hazard_id
{%- endmacro %}

{# The rows of a signal about steps of hazards, with town and period. Body of a CTE. #}
{% macro hazard_signals(signal_code) -%}
select
    signals.district_code,
    signals.entity_id,
    signals.detail,
    signals.landing_ref,
    cast(signals.seen_date as timestamp) as seen_at,
    lives.town_id,
    periods.period
from {{ ref('fct_event_signals') }} as signals
inner join {{ ref('dim_periods') }} as periods
    on signals.district_code = periods.district_code
    and signals.seen_date between periods.start_date and periods.end_date
left join {{ ref('map_hazard_records') }} as merged
    on signals.district_code = merged.district_code
    and signals.silo = merged.silo
    and signals.entity_id = merged.report_no
    and merged.table_name = 'hazards'
left join {{ ref('fct_hazard_lives') }} as lives
    on merged.district_code = lives.district_code
    and merged.hazard_id = lives.hazard_id
where signals.signal_code = '{{ signal_code }}'
{%- endmacro %}
