-- One row per full-time member in quota at period end; numerator 1 when an enforcement certificate of theirs is valid.
with rosters as (select * from {{ ref('fct_station_roster') }}),

certificates as (select * from {{ ref('fct_certificates') }}),

members as (
    select
        rosters.district_code,
        rosters.town_id,
        rosters.period,
        rosters.person_id,
        max(case when certificates.is_valid then 1 else 0 end) as is_certified,
        -- the certificate that proves it, else the roster line that says who has none
        coalesce(
            min(case when certificates.is_valid then certificates.landing_ref else null end),
            min(rosters.landing_ref)
        ) as landing_ref
    from rosters
    left join certificates
        on rosters.district_code = certificates.district_code
        and rosters.period = certificates.period
        and rosters.person_id = certificates.person_id
        and certificates.holder_kind = 'station'
        and certificates.cert_type_code = 'law'
    where rosters.is_counted and rosters.staff_kind = 'full_time' and rosters.is_in_quota and rosters.town_id is not null
    group by rosters.district_code, rosters.town_id, rosters.period, rosters.person_id
)

select
{{ evidence('B202', 'town_id', 'person', 'person_id', 'is_certified', '1') }}
from members
