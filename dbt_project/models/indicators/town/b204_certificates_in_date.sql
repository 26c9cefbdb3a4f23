-- One row per certificate held by station staff at period end; numerator 1 when it is valid. Revoked ones are not held.
with rosters as (select * from {{ ref('fct_station_roster') }}),

certificates as (select * from {{ ref('fct_certificates') }}),

staff as (
    select district_code, town_id, period, person_id
    from rosters
    where is_counted and town_id is not null
    group by district_code, town_id, period, person_id
),

held as (
    select
        staff.district_code,
        staff.town_id,
        staff.period,
        certificates.certificate_id,
        certificates.is_valid,
        certificates.valid_to_date,
        certificates.landing_ref
    from staff
    inner join certificates
        on staff.district_code = certificates.district_code
        and staff.period = certificates.period
        and staff.person_id = certificates.person_id
    where certificates.holder_kind = 'station' and certificates.cert_status not in ('revoked', 'none')
)

select
{{ evidence('B204', 'town_id', 'certificate', 'certificate_id', 'case when is_valid then 1 else 0 end', '1', 'valid_to_date') }}
from held
