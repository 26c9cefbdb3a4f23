-- One row per course somebody was told to take on the training platform, with the learner's town.
with enrolments as (select * from {{ ref('stg_training__enrolments') }}),

learners as ({{ rows_of_towns('stg_training__learners', 'NBS', code=none) }})

select
    enrolments.district_code,
    enrolments.enrolment_id,
    learners.town_id,
    learners.unit_kind_word = '应急管理站' as is_of_station,
    enrolments.assigned_at,
    enrolments.due_at,
    enrolments.completed_at,
    enrolments.landing_ref
from enrolments
inner join learners
    on enrolments.district_code = learners.district_code
    and enrolments.learner_id = learners.learner_id
