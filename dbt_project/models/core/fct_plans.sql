-- One row per plan of the bureau's list: whose it is, for which event, in force from the day of its first version (the list gives
-- the approval of the last), and when it is to be revised and ended.
with plans as ({{ rows_of_towns('stg_emergency__plans', 'LOCAL', on_date='rows_in.approved_date') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'plan_level'),

versions as (
    select district_code, plan_no, min(revised_date) as first_date
    from {{ ref('stg_emergency__plan_versions') }}
    group by district_code, plan_no
)

select
    plans.district_code,
    plans.plan_no,
    plans.town_id,
    plans.dept_code as department,
    coalesce(words.meaning_code, 'unknown') as level_code,
    coalesce(words.meaning_code in ('town', 'village'), false) as is_of_town,
    plans.event_type_code,
    case when versions.first_date < plans.approved_date then versions.first_date else plans.approved_date end as in_force_date,
    plans.approved_date,
    plans.review_due_date,
    plans.abolished_date,
    plans.landing_ref
from plans
left join words on plans.plan_level_word = words.word
left join versions
    on plans.district_code = versions.district_code
    and plans.plan_no = versions.plan_no
