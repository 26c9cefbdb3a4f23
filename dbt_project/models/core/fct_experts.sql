-- One row per expert of the district's pool: field, whether the title is senior or a registered safety engineer's, term.
with experts as (select * from {{ ref('stg_emergency__experts') }}),

persons as (select * from {{ ref('map_person_records') }})

select
    experts.district_code,
    experts.expert_no,
    coalesce(persons.person_id, {{ person_id_of('experts.phone_hash', 'experts.name_phone_key') }}) as person_id,
    experts.person_name_mask,
    experts.field_word,
    experts.title_word,
    coalesce(experts.title_word in ('高级', '正高级', '注册安全工程师'), false) as is_senior,
    experts.appointed_date,
    experts.term_ends_date,
    experts.landing_ref
from experts
left join persons
    on experts.district_code = persons.district_code
    and {{ record_id_of('emergency', 'experts', ['expert_no'], 'experts') }} = persons.record_id
