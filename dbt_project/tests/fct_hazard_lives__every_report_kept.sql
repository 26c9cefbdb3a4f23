-- Merging loses no report and no hazard of the enforcement list, and a life begins with its earliest report.
select 'reports' as what, count(*) as found
from {{ ref('fct_hazard_records') }}
having count(*) <> (select sum(report_count) from {{ ref('fct_hazard_lives') }})
union all
select 'listed', count(*)
from {{ ref('fct_hazards') }} as listed
left join {{ ref('fct_hazard_lives') }} as lives
    on listed.district_code = lives.district_code and listed.hazard_id = lives.hazard_id
where lives.hazard_id is null or not lives.is_counted or lives.found_at > listed.found_at
having count(*) > 0
