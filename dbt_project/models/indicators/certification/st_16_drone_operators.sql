-- ST-16: one row per drone of the station's squad, of which the first asks for a licensed operator, and one per member with a licence.
with drones as ({{ rows_at_period_ends('fct_station_vehicles', "facts.vehicle_kind = 'drone'") }}),

rules as (select * from {{ ref('method_cert_rules') }} where rule_id = 'ST-16'),

needed as (
    select
        drones.*,
        rules.required_min,
        row_number() over (partition by drones.district_code, drones.town_id, drones.period order by drones.vehicle_no) as drone_number
    from drones
    cross join rules
    where drones.bought_date is null or drones.bought_date <= drones.end_date
),

held as (
    select holders.*
    from {{ ref('int_station_holdings') }} as holders
    where holders.rule_id = 'ST-16'
)

select
{{ evidence('ST-16', 'town_id', 'vehicle', 'vehicle_no', '0', 'case when drone_number = 1 then required_min else 0 end') }}
from needed
union all
select
{{ evidence('ST-16', 'unit_id', 'person', 'person_id', "case when held_status in ('valid', 'expiring') then 1 else 0 end", '0') }}
from held
