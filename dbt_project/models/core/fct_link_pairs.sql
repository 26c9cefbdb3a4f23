-- One row per pair of records of any kind of thing that is likely the same or was decided, with both sides' (masked) fields, the
-- entity each side is in now, and why. A kind of thing is one line below.
{%- set kinds = [
    ('enterprise', 'fct_enterprise_records'),
    ('hazard', 'fct_hazard_records'),
    ('person', 'fct_person_records'),
    ('team', 'fct_team_records'),
    ('device', 'fct_device_records'),
    ('store', 'fct_store_records'),
    ('plan', 'fct_plan_records'),
    ('station', 'fct_station_records'),
] %}
with
{%- for kind, records in kinds %}
{{ kind }} as (
    select
        pairs.district_code,
        pairs.entity_type,
        pairs.left_id,
        pairs.right_id,
        {%- for side in ['left', 'right'] %}
        {{ side }}_record.silo as {{ side }}_silo,
        {{ side }}_record.table_name as {{ side }}_table,
        {{ side }}_record.label as {{ side }}_label,
        {{ side }}_link.cluster_id as {{ side }}_entity_id,
        {{ side }}_record.shown as {{ side }}_shown,
        {{ side }}_record.landing_ref as {{ side }}_landing_ref,
        {{ side }}_record.seen_date as {{ side }}_seen_date,
        {%- endfor %}
        pairs.band,
        pairs.rule,
        pairs.why,
        pairs.decision,
        pairs.model_version,
        pairs.probability,
        pairs.match_weight
    from {{ source('linkage', kind ~ '__pairs') }} as pairs
    {%- for side in ['left', 'right'] %}
    inner join {{ ref(records) }} as {{ side }}_record
        on pairs.district_code = {{ side }}_record.district_code and pairs.{{ side }}_id = {{ side }}_record.record_id
    inner join {{ source('linkage', kind ~ '__links') }} as {{ side }}_link
        on pairs.district_code = {{ side }}_link.district_code and pairs.{{ side }}_id = {{ side }}_link.record_id
    {%- endfor %}
),
{% endfor %}
every_kind as (
{%- for kind, records in kinds %}
    select * from {{ kind }}{{ ' union all' if not loop.last }}
{%- endfor %}
)

select * from every_kind
