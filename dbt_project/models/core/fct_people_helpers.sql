-- One row per entry of a list of people in need: its town, and whether somebody who helps in an evacuation is named.
with entries as (
    {{ rows_of_towns('fct_people_in_need', 'NBS', code=none) }}
),

helpers as (
    select district_code, 'civil' as silo, person_no, helper_name_mask is not null as has_helper
    from {{ ref('stg_civil__vulnerable_people') }}
    union all
    select district_code, 'governance' as silo, person_no, helper_name_mask is not null as has_helper
    from {{ ref('stg_governance__vulnerable_persons') }}
    union all
    select district_code, 'health' as silo, person_no, true as has_helper
    from {{ ref('stg_health__vulnerable_helpers') }}
    where ended_date is null
    group by district_code, person_no
)

select
    entries.district_code,
    entries.silo,
    entries.person_no,
    entries.town_id,
    entries.is_gone,
    coalesce(helpers.has_helper, false) as has_helper,
    entries.verified_date,
    entries.landing_ref
from entries
left join helpers
    on entries.district_code = helpers.district_code
    and entries.silo = helpers.silo
    and entries.person_no = helpers.person_no
