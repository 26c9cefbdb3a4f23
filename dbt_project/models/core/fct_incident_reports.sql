-- One row per report of an incident, with what the check of it found: false (concealed or untrue), late, or neither.
with reports as ({{ rows_of_towns('stg_emergency__incident_reports', 'LOCAL', on_date=local_date('rows_in.due_at')) }})

select
    district_code,
    report_no,
    town_id,
    reporter_type_word = '镇街' as is_by_town,
    case
        when finding_word in ('瞒报', '谎报') then 'false'
        when finding_word = '迟报' then 'late'
        else 'none'
    end as finding_code,
    due_at,
    phoned_at,
    written_at,
    landing_ref
from reports
