-- One row per list, word and time it holds: every list by which a department's word is read, in one shape.
-- Where a source is wanting (rule_status pilot or unverified) the meaning is our choice and is never shown as law.
with words as (select * from {{ ref('ref_words') }}),

industries as (select * from {{ ref('ref_industry_words') }}),

enterprise_statuses as (select * from {{ ref('ref_enterprise_status_words') }}),

cert_types as (select * from {{ ref('ref_cert_type_words') }}),

employments as (select * from {{ ref('ref_employment_words') }}),

posts as (select * from {{ ref('ref_post_words') }}),

penalties as (select * from {{ ref('ref_penalty_words') }}),

safety_roles as (select * from {{ ref('ref_safety_role_words') }}),

clauses as (select * from {{ ref('ref_hazard_clauses') }}),

factors as (select * from {{ ref('ref_unit_factors') }} where supply_code <> 'all'),

listed as (
    select list_code, word, meaning_code, effective_from, effective_to, status as rule_status, basis
    from words

    union all

    select 'industry' as list_code, industry_word, industry_code, effective_from, effective_to, rule_status, basis
    from industries

    union all

    select
        'enterprise_status' as list_code,
        enterprise_status_word,
        enterprise_status_code,
        effective_from,
        effective_to,
        rule_status,
        cast(null as string) as basis
    from enterprise_statuses

    union all

    select 'cert_type' as list_code, cert_type_word, cert_type_code, effective_from, effective_to, rule_status, cast(null as string) as basis
    from cert_types

    union all

    select 'employment' as list_code, employment_word, staff_kind, effective_from, effective_to, 'pilot' as rule_status, cast(null as string) as basis
    from employments

    union all

    select 'post' as list_code, post_word, post_code, effective_from, effective_to, 'pilot' as rule_status, cast(null as string) as basis
    from posts

    union all

    select 'penalty' as list_code, penalty_word, penalty_code, effective_from, effective_to, 'pilot' as rule_status, cast(null as string) as basis
    from penalties

    union all

    select 'safety_role' as list_code, role_word, role_code, effective_from, effective_to, 'pilot' as rule_status, cast(null as string) as basis
    from safety_roles

    union all

    select 'clause' as list_code, clause_code as word, clause_code, effective_from, effective_to, status as rule_status, basis
    from clauses

    union all

    -- a unit of an article: 箱 says how many pieces only where the article is known
    select
        'unit_of_article' as list_code,
        supply_code || ' ' || unit_word as word,
        base_unit_word as meaning_code,
        effective_from,
        effective_to,
        rule_status,
        basis
    from factors
)

select
    list_code,
    cast(word as string) as word,
    cast(meaning_code as string) as meaning_code,
    cast(rule_status as string) as rule_status,
    cast(nullif(basis, '') as string) as basis,
    cast(effective_from as date) as valid_from_date,
    cast(effective_to as date) as valid_to_date
from listed
