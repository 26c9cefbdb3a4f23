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

{#
  A rule on licences for what a squad drives or flies: one row per thing of a kind, with the number of licences it asks for (`needed`, by its
  number in the town, thing_number), and one per member with a licence.
#}
{% macro licence_evidence(rule_code, vehicle_kind, needed) -%}
with things as ({{ anlan.rows_at_period_ends('fct_station_vehicles', "facts.vehicle_kind = '" ~ vehicle_kind ~ "'") }}),

rules as (select * from {{ ref('method_cert_rules') }} where rule_id = '{{ rule_code }}'),

needed as (
    select
        things.*,
        rules.required_min,
        row_number() over (partition by things.district_code, things.town_id, things.period order by things.vehicle_no) as thing_number
    from things
    cross join rules
    where things.bought_date is null or things.bought_date <= things.end_date
),

held as (select * from {{ ref('int_station_holdings') }} where rule_id = '{{ rule_code }}')

select
{{ anlan.evidence(rule_code, 'town_id', 'vehicle', 'vehicle_no', '0', needed) }}
from needed
union all
select
{{ anlan.evidence(rule_code, 'unit_id', 'person', 'person_id', "case when held_status in ('valid', 'expiring') then 1 else 0 end", '0') }}
from held
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

{#
  The hours of a CTE `records` that a person learned on a day, for every period of which they count (`learned`, a condition on records and
  periods); never above the cap of a day. Body of a CTE.
#}
{% macro learned_days(learned) -%}
select
    records.district_code,
    records.person_id,
    periods.period,
    records.learned_date,
    least(sum(records.learning_hours), {{ anlan.parameter('learning_day_hours') }}) as day_hours,
    min(records.landing_ref) as landing_ref
from records
inner join {{ ref('dim_periods') }} as periods
    on records.district_code = periods.district_code
    and {{ learned }}
group by records.district_code, records.person_id, periods.period, records.learned_date
{%- endmacro %}

{# Status on as_of of what is held until a day, that day included; without a day it is `undated`. #}
{% macro holding_status(valid_to, as_of, warn_days, undated='none') -%}
case
    when {{ valid_to }} is null then '{{ undated }}'
    when {{ valid_to }} < {{ as_of }} then 'expired'
    when {{ valid_to }} <= {{ anlan.add_days(as_of, warn_days) }} then 'expiring'
    else 'valid'
end
{%- endmacro %}

{# Of several lines of one person under a rule the better: the `qualify` of a select from holdings; `by` goes before the later day. #}
{% macro better_holding(by=[]) -%}
qualify row_number() over (
    partition by district_code, unit_id, period, rule_id, person_id
    order by
        case when is_eligible then 0 else 1 end,
        case held_status when 'valid' then 0 when 'expiring' then 1 else 2 end,
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        next_date desc nulls last,
        landing_ref
) = 1
{%- endmacro %}
