-- One row per inspection whose findings are, but for marks, blanks and numbers, word for word those of an earlier inspection by the same
-- officer at another firm.
with texts as (
    select
        district_code,
        inspection_no,
        {{ replace_all('hazard_text', '[-0-9 　,，.。;；:：、!！()（）]', '') }} as bare_text
    from {{ ref('fct_hazards') }}
    where inspection_no is not null and hazard_text is not null
),

findings as (
    select
        district_code,
        inspection_no,
        count(*) as finding_count,
        {{ join_text('bare_text', '; ', 'bare_text') }} as findings_text
    from texts
    where bare_text <> ''
    group by district_code, inspection_no
),

papers as (
    select visits.*, findings.finding_count, findings.findings_text
    from {{ ref('fct_inspections') }} as visits
    inner join findings on visits.district_code = findings.district_code and visits.inspection_no = findings.inspection_no
    where findings.finding_count >= {{ parameter('audit_copied_findings') }} and visits.officer_1_cert_no is not null
),

copied as (
    select
        *,
        lag(inspection_no) over (partition by district_code, officer_1_cert_no, findings_text order by inspected_at, inspection_no) as former_no,
        lag(firm_no) over (partition by district_code, officer_1_cert_no, findings_text order by inspected_at, inspection_no) as former_firm_no
    from papers
),

dated as ({{ in_periods('copied', 'inspected_at') }})

select {{ audit_row('I8', 'inspection', 'inspection_id', 'finding_count', parameter('audit_copied_findings'), "concat('the findings of ', former_no, ' again')", 'inspected_at') }}
from dated
where former_firm_no <> firm_no
