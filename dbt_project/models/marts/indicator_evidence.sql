-- One row per evidence row of any system: what a published number can be opened down to.
{% for model, unit_type, system_name in [
    ('town_indicator_evidence', "'town'", 'town'),
    ('enterprise_item_evidence', "'enterprise'", 'enterprise'),
    ('certification_rule_evidence', unit_type_of_rule(), 'certification'),
    ('department_indicator_evidence', "'department'", 'department'),
] %}
select
    district_code,
    indicator_code,
    unit_id,
    period,
    entity_type,
    entity_id,
    numerator,
    denominator,
    occurred_at,
    landing_ref,
    cast({{ unit_type }} as string) as unit_type,
    cast('{{ system_name }}' as string) as system
from {{ ref(model) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
