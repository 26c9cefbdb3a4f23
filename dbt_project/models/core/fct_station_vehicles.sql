-- One row per vehicle, boat or drone of a station's squad on the bureau's list. Out of use is none.
with teams as ({{ rows_of_towns('stg_emergency__teams', 'LOCAL') }}),

vehicles as (select * from {{ ref('stg_emergency__team_vehicles') }})

select
    vehicles.district_code,
    vehicles.vehicle_no,
    teams.town_id,
    case
        when vehicles.vehicle_type_word = '无人机' then 'drone'
        when vehicles.vehicle_type_word in ('冲锋舟', '橡皮艇') then 'boat'
        else 'car'
    end as vehicle_kind,
    vehicles.bought_date,
    vehicles.landing_ref
from vehicles
inner join teams
    on vehicles.district_code = teams.district_code
    and vehicles.team_no = teams.team_no
where teams.team_class_word = '应急管理站' and coalesce(vehicles.vehicle_status_word, '') <> '停用'
