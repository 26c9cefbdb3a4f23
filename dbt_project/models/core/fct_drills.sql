-- One row per drill of the bureau's list; held_date is empty where it was planned and not held.
with drills as ({{ rows_of_towns('stg_emergency__drills', 'LOCAL', on_date='rows_in.planned_date') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'plan_level')

select
    drills.district_code,
    drills.drill_no,
    drills.plan_no,
    drills.town_id,
    drills.dept_code as department,
    coalesce(words.meaning_code, 'unknown') as level_code,
    drills.is_cross_department,
    coalesce(drills.is_with_national_team, false) as is_with_national_team,
    drills.planned_date,
    drills.held_date,
    drills.landing_ref
from drills
left join words on drills.level_word = words.word
