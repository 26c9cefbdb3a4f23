-- One row per principal or safety officer a firm reports, with the hours it states for the year and those of the first training
-- that the training platform certified. Hours nobody states stay unknown.
with managers as ({{ rows_of_firms('stg_firms__safety_managers') }}),

persons as (select * from {{ ref('map_person_records') }}),

certified as (
    select
        papers.district_code,
        persons.person_id,
        max(papers.training_hours) as first_hours
    from {{ ref('stg_training__manager_certificates') }} as papers
    inner join persons
        on papers.district_code = persons.district_code
        and {{ record_id_of('training', 'manager_certificates', ['certificate_id'], 'papers') }} = persons.record_id
    group by papers.district_code, persons.person_id
),

named as (
    select
        managers.district_code,
        managers.record_no,
        managers.enterprise_id,
        coalesce(persons.person_id, {{ person_id_of('managers.person_hash', 'managers.record_no') }}) as person_id,
        managers.person_name_mask,
        managers.role_word,
        managers.yearly_training_hours,
        managers.appointed_date,
        managers.assessed_date,
        managers.valid_to_date,
        managers.left_date,
        managers.landing_ref
    from managers
    left join persons
        on managers.district_code = persons.district_code
        and {{ record_id_of('firms', 'safety_managers', ['record_no'], 'managers') }} = persons.record_id
)

select
    named.*,
    certified.first_hours
from named
left join certified
    on named.district_code = certified.district_code
    and named.person_id = certified.person_id
