-- One row per recommendation of the congress, as its list stands: topic, who must act, by when, and what became of it. issued_date is
-- that of the report it stands in; empty where no such report came.
with recommendations as (select * from {{ ref('stg_congress__recommendations') }}),

reports as (select * from {{ ref('stg_congress__supervision_reports') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'supervision_status')

select
    recommendations.district_code,
    recommendations.recommendation_no,
    recommendations.report_no,
    reports.report_title,
    recommendations.topic_word,
    recommendations.recommendation_text,
    recommendations.responsible_org_name,
    recommendations.supporting_org_names,
    coalesce(words.meaning_code, 'unknown') as status_code,
    recommendations.assessment_word,
    reports.issued_date,
    recommendations.due_date,
    recommendations.done_date,
    recommendations.landing_ref
from recommendations
left join reports
    on recommendations.district_code = reports.district_code
    and recommendations.report_no = reports.report_no
left join words on recommendations.status_word = words.word
