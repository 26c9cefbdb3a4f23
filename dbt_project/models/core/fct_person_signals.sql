-- One row per signal x landed row: one person in several places, and people in need whose entry is no longer true
-- (dirt list no. 14, 26). By the keyed identity, and where none can be read by name and phone; no name or number is shown.
with militia as (select * from {{ ref('stg_militia__members') }}),

learners as (select * from {{ ref('stg_training__learners') }}),

needy as (select * from {{ ref('fct_people_in_need') }}),

-- the rosters of other bodies; the three lists of one station are one body's
rosters as (
    select district_code, 'station' as roster, person_hash, name_phone_key from {{ ref('stg_enforcement__station_rosters') }}
    union all
    select district_code, 'station', person_hash, name_phone_key from {{ ref('stg_emergency__staff') }}
    union all
    select district_code, 'station', person_hash, name_phone_key from {{ ref('stg_towns__station_staff') }}
    union all
    select district_code, 'team', person_hash, name_phone_key from {{ ref('stg_emergency__team_members') }}
    union all
    select district_code, 'village team', cast(null as string), name_phone_key from {{ ref('stg_governance__village_team_members') }}
    union all
    select district_code, 'rescue team', person_hash, name_phone_key from {{ ref('stg_civil__rescue_team_members') }}
),

by_identity as (
    select district_code, person_hash, count(distinct roster) as roster_count
    from rosters where person_hash is not null
    group by district_code, person_hash
),

by_name_phone as (
    select district_code, name_phone_key, count(distinct roster) as roster_count
    from rosters where name_phone_key is not null
    group by district_code, name_phone_key
),

several_rosters as (
    select {{ signal('person_on_several_rosters', "'militia'", "'members'", 'militia.member_no', "concat('on rosters of other bodies: ', cast(coalesce(by_identity.roster_count, by_name_phone.roster_count) as string))", rows='militia') }}
    from militia
    left join by_identity on militia.district_code = by_identity.district_code and militia.person_hash = by_identity.person_hash
    left join by_name_phone
        on militia.district_code = by_name_phone.district_code and militia.name_phone_key = by_name_phone.name_phone_key
    where by_identity.person_hash is not null or by_name_phone.name_phone_key is not null
),

-- the first registration stands; every later one of the same person is marked
registered as (
    select
        *,
        row_number() over (
            partition by district_code, coalesce(person_hash, name_phone_key, learner_id)
            order by learner_id
        ) as place
    from learners
),

registered_twice as (
    select {{ signal('person_registered_twice', "'training'", "'learners'", 'learner_id', "concat('registration ', cast(place as string), ' of one person')") }}
    from registered
    where place > 1
),

-- one entry is the same person as another list's by identity, or by name in one village where an age does not speak against it
told as (
    select distinct district_code, silo, person_hash, name_hash, town_name, village_code, age_from, age_to
    from needy
    where is_gone
),

gone_by_identity as (
    select distinct needy.landing_ref
    from needy
    inner join told
        on needy.district_code = told.district_code and needy.silo <> told.silo and needy.person_hash = told.person_hash
    where not needy.is_gone
),

gone_by_name as (
    select distinct needy.landing_ref
    from needy
    inner join told
        on needy.district_code = told.district_code
        and needy.silo <> told.silo
        and needy.name_hash = told.name_hash
        and needy.town_name = told.town_name
        and coalesce(needy.village_code = told.village_code, true)
        and coalesce(needy.age_from <= told.age_to, true)
        and coalesce(needy.age_to >= told.age_from, true)
    where not needy.is_gone and (needy.person_hash is null or told.person_hash is null)
),

still_listed as (
    select {{ signal('gone_still_listed', 'silo', 'table_name', 'person_no', "'another list says moved or died'") }}
    from needy
    where landing_ref in (select landing_ref from gone_by_identity)
        or landing_ref in (select landing_ref from gone_by_name)
),

unverified as (
    select {{ signal('unverified_half_year', 'silo', 'table_name', 'person_no', "concat('verified on ', cast(verified_date as string))", 'verified_date') }}
    from needy
    where is_unverified_half_year
)

select * from several_rosters
union all
select * from registered_twice
union all
select * from still_listed
union all
select * from unverified
