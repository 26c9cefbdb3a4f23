{#
  The ten evidence columns, in their order, for a select over rows that carry district_code, period and landing_ref.
  A null numerator and denominator mean: seen, not counted (the reason is in the fact).
#}
{% macro evidence(indicator_code, unit_id, entity_type, entity_id, numerator, denominator, occurred_at='cast(null as timestamp)', landing_ref='landing_ref') -%}
    district_code,
    cast('{{ indicator_code }}' as string) as indicator_code,
    cast({{ unit_id }} as string) as unit_id,
    cast(period as string) as period,
    cast('{{ entity_type }}' as string) as entity_type,
    cast({{ entity_id }} as string) as entity_id,
    cast({{ numerator }} as decimal(18, 6)) as numerator,
    cast({{ denominator }} as decimal(18, 6)) as denominator,
    cast({{ occurred_at }} as timestamp) as occurred_at,
    cast({{ landing_ref }} as string) as landing_ref
{%- endmacro %}

{# A number the method fixes, as a scalar of the query: one row per parameter_code in force. #}
{% macro parameter(code) -%}
(select value from {{ ref('method_parameters') }} where parameter_code = '{{ code }}' and method_version = '{{ var("method_version") }}')
{%- endmacro %}

{#
  The lines of dim_enterprise_states as they were known at an instant (UTC) and true on a day: the world as we knew it, and
  as it was. known_at: a timestamp expression, or none for all that is known now; true_on: a date expression.
#}
{% macro states_as_of(true_on, known_at=none) -%}
select *
from {{ ref('dim_enterprise_states') }}
where {{ true_on }} <= valid_to_date and (valid_from_date is null or valid_from_date <= {{ true_on }})
    {%- if known_at %}
    and known_from_at <= {{ known_at }} and (known_to_at is null or {{ known_at }} < known_to_at)
    {%- else %}
    and known_to_at is null
    {%- endif %}
{%- endmacro %}

{# The evidence rows of several models, as one union: the only way into a score. #}
{% macro all_evidence(models) -%}
{%- for model in models %}
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
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
  A rule on certificates: one row per person `listed` at the station (a condition on staff and certificates), with the certificate
  of that type if there is one; counts where it is valid and, if said, `counted`.
#}
{% macro certificate_evidence(rule_code, cert_type_code, listed, counted='true') -%}
select
    staff.district_code,
    '{{ rule_code }}' as indicator_code,
    staff.town_id as unit_id,
    staff.period,
    'person' as entity_type,
    staff.person_id as entity_id,
    cast(case when {{ counted }} and coalesce(certificates.is_valid, false) then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    coalesce(certificates.landing_ref, staff.landing_ref) as landing_ref
from {{ ref('int_station_staff') }} as staff
left join {{ ref('int_person_certificates') }} as certificates
    on staff.period = certificates.period
    and staff.person_id = certificates.person_id
    and certificates.cert_type_code = '{{ cert_type_code }}'
where {{ listed }}
{%- endmacro %}

{#
  The items of a group of the station standard: one row per item at a station, with a numerator of 1 when accepted by period end,
  and one per town with the number of items there must be (a parameter), so that an item nobody lists is an item that is not there.
#}
{% macro standard_item_evidence(indicator_code, group_code, needed) -%}
select
    items.district_code,
    '{{ indicator_code }}' as indicator_code,
    items.town_id as unit_id,
    periods.period,
    'standard_item' as entity_type,
    items.item_no as entity_id,
    cast(case when items.is_accepted and items.accepted_date <= periods.end_date then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(0 as decimal(18, 6)) as denominator,
    cast(items.accepted_date as timestamp) as occurred_at,
    items.landing_ref
from {{ ref('fct_station_standard_items') }} as items
inner join {{ ref('dim_periods') }} as periods on items.district_code = periods.district_code
where items.item_group_code = '{{ group_code }}' and items.town_id is not null
union all
select
    towns.district_code,
    '{{ indicator_code }}' as indicator_code,
    towns.town_id as unit_id,
    periods.period,
    'station' as entity_type,
    towns.town_id as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast({{ anlan.parameter(needed) }} as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    cast(null as {{ dbt.type_string() }}) as landing_ref
from {{ ref('dim_towns') }} as towns
inner join {{ ref('dim_periods') }} as periods on towns.district_code = periods.district_code
{%- endmacro %}

{#
  A rule on the crew of town fire teams: one row per member, one with the number the team must have, and one saying whether its site
  is large enough; a site whose area is not sent is not.
#}
{% macro crew_evidence(rule_code, team_kind) -%}
with held as (select * from {{ ref('int_team_holdings') }} where rule_id = '{{ rule_code }}'),

teams as (
    select
        teams.district_code,
        teams.team_no,
        periods.period,
        rules.required_min,
        case when teams.site_area_m2 >= rules.site_area_min_m2 then 1 else 0 end as is_large_enough,
        teams.landing_ref
    from {{ ref('fct_fire_teams') }} as teams
    inner join {{ ref('dim_periods') }} as periods
        on teams.district_code = periods.district_code
        and (teams.founded_date is null or teams.founded_date <= periods.end_date)
    cross join (select * from {{ ref('method_cert_rules') }} where rule_id = '{{ rule_code }}') as rules
    where teams.team_kind = '{{ team_kind }}'
)

select
{{ anlan.evidence(rule_code, 'unit_id', 'person', 'person_id', '1', '0') }}
from held
union all
select
{{ anlan.evidence(rule_code, 'team_no', 'fire_team', 'team_no', '0', 'required_min') }}
from teams
union all
select
{{ anlan.evidence(rule_code, 'team_no', 'requirement', "'site'", 'is_large_enough', '1') }}
from teams
{%- endmacro %}

{#
  A head-count rule of firms: one row with the number that E103 worked out for the firm, one per safety officer with whether he `counts`
  (a number), and where a department is asked for one saying whether the firm reports it.
#}
{% macro head_count_evidence(rule_code, counts, has_department=false) -%}
with held as (select * from {{ ref('int_enterprise_holdings') }} where rule_id = '{{ rule_code }}'),

needed as (
    select * from {{ ref('e103_safety_staff') }} where entity_type = 'rule' and entity_id = '{{ rule_code }}'
)
{%- if has_department %},

departments as (
    select
        needed.district_code,
        needed.unit_id,
        needed.period,
        max(case when reports.has_department then 1 else 0 end) as is_met,
        coalesce(min(reports.landing_ref), min(needed.landing_ref)) as landing_ref
    from needed
    left join {{ ref('fct_firm_organisations') }} as reports
        on needed.district_code = reports.district_code
        and needed.unit_id = reports.enterprise_id
    group by needed.district_code, needed.unit_id, needed.period
)
{%- endif %}

select
{{ anlan.evidence(rule_code, 'unit_id', 'person', 'person_id', counts, '0') }}
from held
union all
select
{{ anlan.evidence(rule_code, 'unit_id', 'enterprise', 'unit_id', '0', 'denominator') }}
from needed
{%- if has_department %}
union all
select
{{ anlan.evidence(rule_code, 'unit_id', 'requirement', "'department'", 'is_met', '1') }}
from departments
{%- endif %}
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

{# What a certification rule judges, by its code: the unit_type of its evidence. #}
{% macro unit_type_of_rule() -%}
case
    when substr(indicator_code, 1, 2) = 'ST' then 'station'
    when substr(indicator_code, 1, 2) = 'EN' or indicator_code = 'FD-04' then 'enterprise'
    when substr(indicator_code, 1, 2) = 'FD' then 'fire_team'
    when substr(indicator_code, 1, 2) = 'SO' then 'social'
    else 'expert'
end
{%- endmacro %}

{# A veto by an accident of a firm for which it is responsible, from its day for the months of the veto. #}
{% macro veto_by_accident(veto_code, condition) -%}
with accidents as (
    select accidents.*, periods.period
    from {{ ref('fct_firm_accidents') }} as accidents
    cross join (
        select max(duration_months) as duration_months from {{ ref('method_enterprise_items') }} where item_code = '{{ veto_code }}'
    ) as veto
    inner join {{ ref('dim_periods') }} as periods
        on accidents.district_code = periods.district_code
        and accidents.occurred_at < periods.end_before_at
        and {{ anlan.local_date('accidents.occurred_at') }} > {{ anlan.add_months('periods.end_date', '-veto.duration_months') }}
    where accidents.enterprise_id is not null and accidents.is_responsible and {{ condition }}
)

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
