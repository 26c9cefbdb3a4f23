-- One row per signal x landed row: certificates whose stated status or holder does not agree with what else is known (dirt list
-- no. 20). Missing dates and numbers of another holder are remarks of the door; the status of all is in fct_certificates.
with bureau as (select * from {{ ref('stg_emergency__certificates') }}),

officers as (select * from {{ ref('stg_enforcement__officer_certificates') }}),

rosters as (select * from {{ ref('stg_enforcement__station_rosters') }}),

-- only the printed date is used: what follows from issue and validity is the house's own reckoning
called_valid as (
    select {{ signal('expired_called_valid', "'emergency'", "'certificates'", 'certificate_no', "concat('valid to ', cast(valid_to_date as string), ', stated as valid')", 'valid_to_date') }}
    from bureau
    where stated_status_word = '有效' and valid_to_date < {{ last_day() }}
),

-- the lists that fct_certificate_records judges by, read here as they landed: marks do not wait for linkage
identities as (select distinct person_hash from rosters where person_hash is not null),

people as (select distinct person_hash, name_under_identity_key from rosters where person_hash is not null),

names as (
    select name_under_station_key
    from rosters
    group by name_under_station_key
    having count(distinct coalesce(person_hash, name_phone_key)) = 1
),

other_holder as (
    select {{ signal('certificate_of_another', "'enforcement'", "'officer_certificates'", "concat(officers.cert_type_word, '|', coalesce(officers.cert_no_mask, ''))", "'name and identity number are not one person of the stations'", 'officers.issued_date', 'officers') }}
    from officers
    left join identities on officers.person_hash = identities.person_hash
    left join people
        on officers.person_hash = people.person_hash and officers.name_under_identity_key = people.name_under_identity_key
    left join names on officers.name_under_station_key = names.name_under_station_key
    where people.person_hash is null
        and (identities.person_hash is not null or names.name_under_station_key is not null)
)

select * from called_valid
union all
select * from other_holder
