-- Two different good identity numbers never meet in one person, whatever else agrees: people decide.
select persons.person_id
from {{ ref('map_person_records') }} as persons
inner join {{ ref('fct_person_records') }} as records
    on persons.district_code = records.district_code and persons.record_id = records.record_id
group by persons.person_id
having count(distinct records.person_hash) > 1
