-- One row per enterprise x attribute x record that states it: what each says, in the order in which silos are believed
-- (method_survivorship), and which one stands. A value that several state is shown as the plainest of them writes it.
{%- set attributes = [
    ('firm_name', 'records.firm_name', 'records.firm_name_key'),
    ('town', 'records.town_id', 'records.town_id'),
    ('address', 'records.address', replace_all('records.address', '[ 　]', '')),
    ('point', "cast(records.lon as string) || ' ' || cast(records.lat as string)", "cast(records.lon as string) || ' ' || cast(records.lat as string)"),
    ('industry', 'records.industry_word', 'coalesce(industry_words.industry_code, records.industry_word)'),
    ('status', 'records.status_word', 'coalesce(status_words.enterprise_status_code, records.status_word)'),
    ('legal_form', 'records.legal_form_word', 'records.legal_form_word'),
    ('registered_date', 'cast(records.valid_from_date as string)', 'cast(records.valid_from_date as string)'),
] %}
with records as (
    select stated.*, links.enterprise_id
    from {{ ref('fct_enterprise_records') }} as stated
    inner join {{ ref('map_enterprise_records') }} as links
        on stated.district_code = links.district_code
        and stated.record_id = links.record_id
    -- a former name is history, and no claim about today
    where stated.record_kind <> 'former_name'
),

industry_words as (select * from {{ ref('ref_industry_words') }}),

status_words as (select * from {{ ref('ref_enterprise_status_words') }}),

survivorship as (
    select * from {{ ref('method_survivorship') }}
    where entity_type = 'enterprise'
        and cast('{{ var("periods")[-1]["end"] }}' as date) between effective_from and effective_to
),

stated as (
    {%- for code, value, compared in attributes %}
    select
        records.district_code,
        records.enterprise_id,
        '{{ code }}' as attribute_code,
        records.record_id,
        records.silo,
        records.record_kind,
        {{ value }} as value_text,
        {{ compared }} as compared_text,
        records.seen_date,
        records.landing_ref
    from records
    {%- if code == 'industry' %}
    left join industry_words on records.industry_word = industry_words.industry_word
    {%- elif code == 'status' %}
    left join status_words on records.status_word = status_words.enterprise_status_word
    {%- endif %}
    where {{ value }} is not null
    {{ 'union all' if not loop.last }}
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
        on stated.attribute_code = own.attribute_code
        and stated.silo = own.silo
    left join survivorship as others
        on stated.attribute_code = others.attribute_code
        and others.silo = 'any'
    where coalesce(own.precedence, others.precedence) is not null
),

best as (
    select
        *,
        first_value(compared_text) over (
            partition by district_code, enterprise_id, attribute_code
            order by precedence, kind_order, seen_date desc nulls last, record_id
        ) as standing_text
    from believed
),

ranked as (
    select
        *,
        cast(row_number() over (
            partition by district_code, enterprise_id, attribute_code
            order by
                case when compared_text = standing_text then 0 else 1 end, form_order, precedence, kind_order,
                seen_date desc nulls last, record_id
        ) as integer) as value_rank
    from best
)

select
    district_code,
    'enterprise' as entity_type,
    enterprise_id as entity_id,
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
