-- One row per time somebody learned on the training platform, with the person linkage takes the learner for.
with records as (select * from {{ ref('stg_training__learning_records') }}),

courses as (select * from {{ ref('stg_training__courses') }}),

persons as (select * from {{ ref('map_person_records') }})

select
    records.district_code,
    records.record_id,
    persons.person_id,
    coalesce(courses.category_word = '岗前培训', false) as is_induction,
    coalesce(courses.category_word = '轮训', false) as is_rotation,
    records.learning_hours,
    {{ local_date('records.started_at') }} as learned_date,
    records.started_at,
    records.ended_at,
    records.landing_ref
from records
left join courses
    on records.district_code = courses.district_code
    and records.course_id = courses.course_id
left join persons
    on records.district_code = persons.district_code
    and {{ record_id_of('training', 'learners', ['learner_id'], 'records') }} = persons.record_id
