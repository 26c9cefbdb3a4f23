-- One row per entity x attribute x record that states it: what each says, in the order in which silos are believed
-- (method_survivorship), and which one stands. A value that several state is shown as the plainest of them writes it. People
-- are here by masks and by the first signs of keyed hashes, by which a reader sees that two masks hide two values.
{%- set point = "cast(lon as string) || ' ' || cast(lat as string)" %}
{%- set no_number = "case when person_hash is null then 1 else 0 end" %}
{%- set attributes = {
    'person': [
        ('person_name', "person_name_mask || coalesce(' #' || substr(name_hash, 1, 6), '')", 'coalesce(name_hash, person_name_mask)', 'case when name_hash is null then 2 when person_hash is null then 1 else 0 end'),
        ('identity', "person_id_mask || coalesce(' #' || substr(coalesce(person_hash, id_stem_hash), 1, 6), '')", "coalesce(person_hash, 'unproven ' || id_stem_hash, person_id_mask)", no_number),
        ('phone', "phone_mask || coalesce(' #' || substr(phone_hash, 1, 6), '')", 'coalesce(phone_hash, phone_mask)'),
        ('employer', 'employer_uscc', 'employer_uscc'),
    ],
    'device': [
        ('device_type', "nullif(device_type, 'unknown')", 'device_type'),
        ('owner_uscc', 'owner_uscc', 'owner_uscc'),
        ('place_code', 'place_code', 'place_code'),
        ('town', 'town_id', 'town_id'),
        ('point', point, point),
    ],
    'station': [
        ('station_name', 'station_name', 'name_key'),
        ('kind_code', 'kind_code', 'kind_code'),
        ('town', 'town_id', 'town_id'),
        ('point', point, point),
    ],
    'team': [
        ('team_name', 'team_name', 'name_key'),
        ('class_code', 'class_code', 'class_code'),
        ('uscc', 'uscc', 'uscc'),
        ('village_code', 'village_code', 'village_code'),
        ('town', 'town_id', 'town_id'),
        ('leader', "'#' || substr(leader_phone_hash, 1, 6)", 'leader_phone_hash'),
        ('member_count', 'member_count', 'member_count'),
        ('point', point, point),
    ],
    'store': [
        ('store_name', 'store_name', 'name_key'),
        ('owner_code', 'owner_code', 'owner_code'),
        ('town', 'town_id', 'town_id'),
        ('area_m2', 'area_m2', 'area_m2'),
        ('keeper', "'#' || substr(keeper_phone_hash, 1, 6)", 'keeper_phone_hash'),
        ('point', point, point),
    ],
    'plan': [
        ('plan_name', 'plan_name', 'name_key'),
        ('level_code', 'level_code', 'level_code'),
        ('event_code', 'event_code', 'event_code'),
        ('version_no', 'version_no', 'version_no'),
        ('uscc', 'uscc', 'uscc'),
        ('village_code', 'village_code', 'village_code'),
        ('town', 'town_id', 'town_id'),
        ('dept_code', 'dept_code', 'dept_code'),
        ('approved_date', 'approved_date', 'approved_date'),
    ],
} %}
with enterprises as (
    select
        stated.*,
        links.enterprise_id,
        coalesce(industry_words.industry_code, stated.industry_word) as industry,
        coalesce(status_words.enterprise_status_code, stated.status_word) as status
    from {{ ref('fct_enterprise_records') }} as stated
    inner join {{ ref('map_enterprise_records') }} as links
        on stated.district_code = links.district_code
        and stated.record_id = links.record_id
    left join {{ ref('ref_industry_words') }} as industry_words on stated.industry_word = industry_words.industry_word
    left join {{ ref('ref_enterprise_status_words') }} as status_words on stated.status_word = status_words.enterprise_status_word
    -- a former name is history, and no claim about today
    where stated.record_kind <> 'former_name'
),

persons as (
    select
        stated.*,
        links.person_id,
        stated.role_code as record_kind,
        -- who has left is no claim about today either
        case
            when stated.unit_key like 'firm:%'
                and coalesce(stated.valid_to_date, cast('9999-12-31' as date)) >= cast('{{ var("periods")[-1]["end"] }}' as date)
                then substr(stated.unit_key, 6)
            else cast(null as string)
        end as employer_uscc
    from {{ ref('fct_person_records') }} as stated
    inner join {{ ref('map_person_records') }} as links
        on stated.district_code = links.district_code
        and stated.record_id = links.record_id
),
{% for entity in ['device', 'station', 'team', 'store', 'plan'] %}
{{ entity }}s as (
    select stated.*, links.{{ entity }}_id, cast(null as string) as record_kind
    from {{ ref('fct_' ~ entity ~ '_records') }} as stated
    inner join {{ ref('map_' ~ entity ~ '_records') }} as links
        on stated.district_code = links.district_code
        and stated.record_id = links.record_id
),
{% endfor %}
survivorship as ({{ survivorship_of() }}),

stated as (
    {{ stated_values('enterprise', 'enterprises', [
        ('firm_name', 'firm_name', 'firm_name_key'),
        ('town', 'town_id', 'town_id'),
        ('address', 'address', replace_all('address', '[ 　]', '')),
        ('point', point, point),
        ('industry', 'industry_word', 'industry'),
        ('status', 'status_word', 'status'),
        ('legal_form', 'legal_form_word', 'legal_form_word'),
        ('registered_date', 'valid_from_date', 'valid_from_date'),
    ]) }}
    {%- for entity, of_it in attributes.items() %}
    union all
    {{ stated_values(entity, entity ~ 's', of_it) }}
    {%- endfor %}
),

believed as (
    select
        stated.*,
        coalesce(own.precedence, others.precedence) as precedence,
        coalesce(own.reason_zh, others.reason_zh) as reason_zh,
        coalesce(own.reason_en, others.reason_en) as reason_en,
        case stated.record_kind when 'register' then 0 when 'meter' then 1 when 'lease' then 1 else 2 end as kind_order,
        case when stated.attribute_code = 'firm_name' and stated.value_text <> stated.compared_text then 1 else 0 end as form_order
    from stated
    left join survivorship as own
        on stated.entity_type = own.entity_type
        and stated.attribute_code = own.attribute_code
        and stated.silo = own.silo
    left join survivorship as others
        on stated.entity_type = others.entity_type
        and stated.attribute_code = others.attribute_code
        and others.silo = 'any'
    where coalesce(own.precedence, others.precedence) is not null
),

best as (
    select
        *,
        first_value(compared_text) over (
            partition by district_code, entity_type, entity_id, attribute_code
            order by doubt_order, precedence, kind_order, seen_date desc nulls last, record_id
        ) as standing_text
    from believed
),

ranked as (
    select
        *,
        cast(row_number() over (
            partition by district_code, entity_type, entity_id, attribute_code
            order by
                case when compared_text = standing_text then 0 else 1 end, form_order, doubt_order, precedence, kind_order,
                seen_date desc nulls last, record_id
        ) as integer) as value_rank
    from best
)

select
    district_code,
    entity_type,
    entity_id,
    attribute_code,
    record_id,
    silo,
    record_kind,
    value_text,
    compared_text,
    reason_zh,
    reason_en,
    precedence,
    value_rank,
    value_rank = 1 as is_winner,
    compared_text = standing_text as is_same_as_winner,
    seen_date,
    landing_ref
from ranked
