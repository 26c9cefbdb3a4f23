-- Linkage loses no record: each has one person.
select records.record_id
from {{ ref('fct_person_records') }} as records
left join {{ ref('map_person_records') }} as persons
    on records.district_code = persons.district_code and records.record_id = persons.record_id
where persons.person_id is null
