-- One row per volunteer of either list x day on which they are known to have served, with the person linkage takes them for:
-- the days of the lists of tasks, and the last day that the list of volunteers gives.
with persons as (select * from {{ ref('map_person_records') }}),

listed as (
    select
        district_code, 'governance' as silo, volunteer_no, town_id, last_active_date, landing_ref,
        {{ record_id_of('governance', 'volunteers', ['volunteer_no'], 'governance_rows') }} as record_id
    from ({{ rows_of_towns('stg_governance__volunteers', 'NBS', on_date='rows_in.registered_date') }}) as governance_rows
    union all
    select
        district_code, 'civil', volunteer_no, town_id, last_active_date, landing_ref,
        {{ record_id_of('civil', 'volunteers', ['volunteer_no'], 'civil_rows') }}
    from ({{ rows_of_towns('stg_civil__volunteers', 'NBS', code=none) }}) as civil_rows
),

served as (
    select district_code, 'governance' as silo, volunteer_no, served_date from {{ ref('stg_governance__volunteer_tasks') }}
    union
    select district_code, 'civil', volunteer_no, task_date from {{ ref('stg_civil__volunteer_tasks') }}
    union
    select district_code, silo, volunteer_no, last_active_date from listed where last_active_date is not null
)

select
    listed.district_code,
    listed.silo,
    listed.volunteer_no,
    served.served_date,
    listed.town_id,
    coalesce(persons.person_id, listed.record_id) as person_id,
    listed.landing_ref
from listed
inner join served
    on listed.district_code = served.district_code
    and listed.silo = served.silo
    and listed.volunteer_no = served.volunteer_no
left join persons
    on listed.district_code = persons.district_code
    and listed.record_id = persons.record_id
