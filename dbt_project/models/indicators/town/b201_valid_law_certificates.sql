-- One row per in-quota member with an enforcement certificate valid at period end. Auxiliaries never count.
with rosters as (select * from {{ ref('fct_station_roster') }}),

certificates as (select * from {{ ref('fct_certificates') }}),

holders as (
    select
        rosters.district_code,
        rosters.town_id,
        rosters.period,
        rosters.person_id,
        min(certificates.issued_date) as issued_date,
        min(certificates.landing_ref) as landing_ref
    from rosters
    inner join certificates
        on rosters.district_code = certificates.district_code
        and rosters.period = certificates.period
        and rosters.person_id = certificates.person_id
    where rosters.is_counted and rosters.is_in_quota and rosters.town_id is not null
        and certificates.holder_kind = 'station' and certificates.cert_type_code = 'law' and certificates.is_valid
    group by rosters.district_code, rosters.town_id, rosters.period, rosters.person_id
)

select
{{ evidence('B201', 'town_id', 'person', 'person_id', '1', '1', 'issued_date') }}
from holders
