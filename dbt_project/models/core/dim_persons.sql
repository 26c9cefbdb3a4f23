-- One row per person of any silo, by keyed identity; without a valid identity by name and phone, flagged provisional.
-- Names, identity numbers and phones are here as masks only.
with people as (
    select district_code, person_hash, name_phone_key, person_name_mask, person_id_mask, birth_date, phone_mask,
        'station_rosters' as source_table, 1 as source_order, landing_ref
    from {{ ref('stg_enforcement__station_rosters') }}
    union all
    select district_code, person_hash, name_under_identity_key, person_name_mask, person_id_mask, birth_date, cast(null as string),
        'officer_certificates', 2, landing_ref
    from {{ ref('stg_enforcement__officer_certificates') }}
    union all
    select district_code, person_hash, name_phone_key, person_name_mask, person_id_mask, birth_date, phone_mask,
        'auxiliary_staff', 3, landing_ref
    from {{ ref('stg_police__auxiliary_staff') }}
    union all
    select district_code, person_hash, name_phone_key, person_name_mask, person_id_mask, birth_date, cast(null as string),
        'safety_officers', 4, landing_ref
    from {{ ref('stg_enforcement__safety_officers') }}
    union all
    select district_code, person_hash, name_phone_key, person_name_mask, person_id_mask, birth_date, cast(null as string),
        'special_operators', 5, landing_ref
    from {{ ref('stg_enforcement__special_operators') }}
),

keyed as (
    select
        *,
        {{ person_id_of('person_hash', 'name_phone_key') }} as person_id,
        cast(count(*) over (partition by district_code, {{ person_id_of('person_hash', 'name_phone_key') }}) as integer) as source_row_count
    from people
)

select
    district_code,
    person_id,
    person_name_mask,
    person_id_mask,
    phone_mask,
    source_table,
    source_row_count,
    person_hash is null as is_provisional,
    birth_date,
    landing_ref
from keyed
qualify row_number() over (
    partition by district_code, person_id
    order by source_order, landing_ref
) = 1
