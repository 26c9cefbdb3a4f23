-- Two good credit codes never meet in one enterprise, but a tenant's line that gives the landlord's code as its own.
select links.district_code, links.enterprise_id, count(distinct records.uscc) as code_count
from {{ ref('map_enterprise_records') }} as links
inner join {{ ref('fct_enterprise_records') }} as records
    on links.district_code = records.district_code and links.record_id = records.record_id
where records.uscc is not null and records.uscc is distinct from records.landlord_uscc
group by links.district_code, links.enterprise_id
having count(distinct records.uscc) > 1
