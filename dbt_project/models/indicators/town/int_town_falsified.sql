-- One row per town x indicator x period whose records an audit of the period found falsified (V04).
with findings as ({{ rows_of_periods('fct_audit_findings', 'found_date', 'facts.is_of_town and facts.is_falsified') }}),

subjects as (
    select * from {{ ref('method_audit_subjects') }} where method_version = '{{ var("method_version") }}'
)

select
    findings.district_code,
    findings.town_id,
    findings.period,
    subjects.indicator_code,
    cast(count(*) as bigint) as finding_count
from findings
inner join subjects
    on findings.subject_name = subjects.subject_word
    and {{ last_day() }} between subjects.effective_from and subjects.effective_to
group by findings.district_code, findings.town_id, findings.period, subjects.indicator_code
