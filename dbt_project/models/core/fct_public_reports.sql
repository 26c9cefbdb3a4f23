-- One row per hazard on the bureau's list that the public reported: its grade by the word, and whether the reporter was rewarded
-- (which is done only for what was found true).
with hazards as ({{ rows_of_towns('stg_emergency__hazards', 'LOCAL', on_date=local_date('rows_in.found_at')) }}),

sources as (select * from {{ ref('ref_words') }} where list_code = 'hazard_source' and meaning_code = 'public'),

grades as (select * from {{ ref('ref_words') }} where list_code = 'hazard_grade')

select
    hazards.district_code,
    hazards.hazard_no,
    hazards.town_id,
    coalesce(grades.meaning_code = 'major', false) as is_major,
    coalesce(hazards.reward_yuan > 0, false) as is_rewarded,
    hazards.found_at,
    hazards.landing_ref
from hazards
inner join sources on hazards.source_word = sources.word
left join grades on hazards.grade_word = grades.word
