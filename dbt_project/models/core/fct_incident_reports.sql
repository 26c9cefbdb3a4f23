-- One row per report of an incident, with what the check of it found: false (concealed or untrue), late, or neither; and the
-- seconds from the bureau hearing of the incident to the call and to the paper.
with reports as ({{ rows_of_towns('stg_emergency__incident_reports', 'LOCAL', on_date=local_date('rows_in.due_at')) }}),

incidents as (select * from {{ ref('stg_emergency__incidents') }})

select
    reports.district_code,
    reports.report_no,
    reports.incident_no,
    reports.town_id,
    reports.dept_code as department,
    reports.reporter_type_word = '镇街' as is_by_town,
    reports.report_kind_word = '初报' as is_first_report,
    case
        when reports.finding_word in ('瞒报', '谎报') then 'false'
        when reports.finding_word = '迟报' then 'late'
        else 'none'
    end as finding_code,
    {{ seconds_between('incidents.received_at', 'reports.phoned_at') }} as phone_seconds,
    {{ seconds_between('incidents.received_at', 'reports.written_at') }} as written_seconds,
    incidents.received_at,
    reports.due_at,
    reports.phoned_at,
    reports.written_at,
    reports.landing_ref
from reports
left join incidents
    on reports.district_code = incidents.district_code
    and reports.incident_no = incidents.incident_no
