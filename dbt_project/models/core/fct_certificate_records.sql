-- One row per certificate record of any holder, with effective dates and whether it names its holder. No period here.
-- Not a fact for readers: fct_certificates states the status as of each period end.
with officer_certificates as (select * from {{ ref('stg_enforcement__officer_certificates') }}),

persons as (select * from {{ ref('map_person_records') }}),

-- whom linkage takes the lines of rosters for; a line that names nobody is a person of its own
rosters as (
    select
        lines.*,
        coalesce(persons.person_id, {{ person_id_of('lines.person_hash', 'lines.name_phone_key') }}) as person_id
    from {{ ref('stg_enforcement__station_rosters') }} as lines
    left join persons
        on lines.district_code = persons.district_code
        and {{ record_id_of('enforcement', 'station_rosters', ['roster_no'], 'lines') }} = persons.record_id
),

safety_officers as (select * from {{ ref('stg_enforcement__safety_officers') }}),

special_operators as (select * from {{ ref('stg_enforcement__special_operators') }}),

firms as (select * from {{ ref('map_enterprises_enforcement') }}),

types as (select * from {{ ref('ref_cert_types') }}),

words as (select * from {{ ref('ref_cert_type_words') }}),

roster_identities as (
    select person_hash, name_under_identity_key, max(person_id) as person_id
    from rosters
    where person_hash is not null
    group by person_hash, name_under_identity_key
),

-- a name that is on a station's list exactly once: a certificate under that name with another identity is suspect
roster_names as (
    select name_under_station_key, max(person_id) as person_id
    from rosters
    group by name_under_station_key
    having count(distinct person_id) = 1
),

known_identities as (select distinct person_hash from roster_identities),

placed as (
    select
        officer_certificates.*,
        {{ town_id_of('officer_certificates') }} as town_id,
        {{ town_match_of('officer_certificates') }} as town_match
    from officer_certificates
    {{ town_joins('officer_certificates', 'LOCAL', code=none) }}
),

station_side as (
    select
        placed.district_code,
        {{ digest("'station|' || placed.cert_type_word || '|' || placed.cert_no") }} as certificate_id,
        'station' as holder_kind,
        coalesce(
            roster_identities.person_id,
            roster_names.person_id,
            persons.person_id,
            {{ person_id_of('placed.person_hash', 'placed.name_under_identity_key') }}
        ) as person_id,
        placed.town_id,
        placed.town_match,
        placed.town_name,
        cast(null as string) as enterprise_id,
        coalesce(words.cert_type_code, 'unknown') as cert_type_code,
        placed.cert_type_word,
        placed.cert_no_mask,
        placed.cert_level_word,
        true as has_cert_no,
        -- name or number belongs to somebody on a list, and the other one does not agree
        roster_identities.person_hash is null
        and (known_identities.person_hash is not null or roster_names.name_under_station_key is not null) as is_mismatch,
        placed.issued_date,
        placed.valid_to_date,
        placed.reviewed_date,
        placed.revoked_date,
        placed.landing_ref
    from placed
    left join words on placed.cert_type_word = words.cert_type_word
    left join known_identities on placed.person_hash = known_identities.person_hash
    left join roster_identities
        on placed.person_hash = roster_identities.person_hash
        and placed.name_under_identity_key = roster_identities.name_under_identity_key
    left join roster_names on placed.name_under_station_key = roster_names.name_under_station_key
    left join persons
        on placed.district_code = persons.district_code
        and {{ record_id_of('enforcement', 'officer_certificates', ['cert_type_word', 'cert_no'], 'placed') }} = persons.record_id
),

firm_side as (
    select
        safety_officers.district_code,
        {{ digest("'safety|' || safety_officers.record_no") }} as certificate_id,
        'safety_officer' as holder_kind,
        coalesce(persons.person_id, {{ person_id_of('safety_officers.person_hash', 'safety_officers.name_phone_key') }}) as person_id,
        cast(null as string) as town_id,
        cast(null as string) as town_match,
        cast(null as string) as town_name,
        firms.enterprise_id,
        'safety' as cert_type_code,
        '安全合格证' as cert_type_word,
        safety_officers.cert_no_mask,
        cast(null as string) as cert_level_word,
        safety_officers.has_cert_no,
        false as is_mismatch,
        safety_officers.issued_date,
        safety_officers.valid_to_date,
        cast(null as date) as reviewed_date,
        cast(null as date) as revoked_date,
        safety_officers.landing_ref
    from safety_officers
    inner join firms on safety_officers.firm_no = firms.firm_no
    left join persons
        on safety_officers.district_code = persons.district_code
        and {{ record_id_of('enforcement', 'safety_officers', ['record_no'], 'safety_officers') }} = persons.record_id
    union all
    select
        special_operators.district_code,
        {{ digest("'special|' || special_operators.record_no") }},
        'special_operator',
        coalesce(persons.person_id, {{ person_id_of('special_operators.person_hash', 'special_operators.name_phone_key') }}),
        cast(null as string),
        cast(null as string),
        cast(null as string),
        firms.enterprise_id,
        'special_op',
        '特种作业操作证',
        special_operators.cert_no_mask,
        cast(null as string),
        special_operators.has_cert_no,
        coalesce(not special_operators.is_number_of_holder, false),
        special_operators.issued_date,
        special_operators.valid_to_date,
        special_operators.reviewed_date,
        cast(null as date),
        special_operators.landing_ref
    from special_operators
    inner join firms on special_operators.firm_no = firms.firm_no
    left join persons
        on special_operators.district_code = persons.district_code
        and {{ record_id_of('enforcement', 'special_operators', ['record_no'], 'special_operators') }} = persons.record_id
),

all_sides as (
    select * from station_side
    union all
    select * from firm_side
),

levels as (select * from {{ ref('ref_cert_levels') }})

select
    all_sides.*,
    levels.level_number,
    -- the printed end, else issued + validity; both missing leaves null, which counts as unverifiable
    coalesce(
        all_sides.valid_to_date,
        {{ add_months('all_sides.issued_date', 'types.validity_months') }}
    ) as valid_until_date,
    types.review_months,
    coalesce(types.warn_days, 0) as warn_days,
    coalesce(types.is_expiry_needed, true) as is_expiry_needed
from all_sides
left join types on all_sides.cert_type_code = types.cert_type_code
left join levels on all_sides.cert_level_word = levels.cert_level_word
