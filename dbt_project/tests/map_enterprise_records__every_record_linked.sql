-- Every record has its enterprise: linkage leaves nobody out, however unsure it is.
select records.record_id
from {{ ref('fct_enterprise_records') }} as records
left join {{ ref('map_enterprise_records') }} as links
    on records.district_code = links.district_code and records.record_id = links.record_id
where links.record_id is null
