-- One row per member of the station's squad at period end; numerator 1 with a valid rescuer's certificate of level 5 or higher.
with squads as (select * from {{ ref('fct_squad_members') }} where is_station_squad and town_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

members as (
    select squads.*, periods.period
    from squads
    inner join periods
        on squads.district_code = periods.district_code
        and (squads.joined_date is null or squads.joined_date <= periods.end_date)
        and (squads.left_date is null or squads.left_date > periods.end_date)
        and (squads.dissolved_date is null or squads.dissolved_date > periods.end_date)
),

proofs as (
    select * from {{ ref('fct_certificates') }}
    where holder_kind = 'station' and cert_type_code = 'rescue' and is_valid and level_number <= {{ parameter('rescuer_level') }}
),

judged as ({{ proven_members('member_no', 'members.person_id = proofs.person_id and members.period = proofs.period') }})

select
{{ evidence('B203', 'town_id', 'squad_member', 'member_no', 'is_proven', '1') }}
from judged
