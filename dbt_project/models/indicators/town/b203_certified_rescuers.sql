-- One row per member of the station's squad at period end; numerator 1 with a valid rescuer's certificate of level 5 or higher.
with members as (select * from {{ ref('fct_squad_members') }} where is_station_squad and town_id is not null),

certificates as (
    select * from {{ ref('fct_certificates') }}
    where holder_kind = 'station' and cert_type_code = 'rescue' and is_valid and level_number <= {{ parameter('rescuer_level') }}
),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        members.district_code,
        members.town_id,
        periods.period,
        members.member_no,
        max(case when certificates.certificate_id is not null then 1 else 0 end) as is_certified,
        coalesce(min(certificates.landing_ref), members.landing_ref) as landing_ref
    from members
    inner join periods
        on members.district_code = periods.district_code
        and (members.joined_date is null or members.joined_date <= periods.end_date)
        and (members.left_date is null or members.left_date > periods.end_date)
        and (members.dissolved_date is null or members.dissolved_date > periods.end_date)
    left join certificates
        on members.district_code = certificates.district_code
        and members.person_id = certificates.person_id
        and periods.period = certificates.period
    group by members.district_code, members.town_id, periods.period, members.member_no, members.landing_ref
)

select
{{ evidence('B203', 'town_id', 'squad_member', 'member_no', 'is_certified', '1') }}
from judged
