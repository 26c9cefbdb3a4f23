-- ST-15: one row per car of the station's squad, for which two drivers are needed, and one per member with a driving licence.
-- Boats and drones need other papers.
with cars as ({{ rows_at_period_ends('fct_station_vehicles', "facts.vehicle_kind = 'car'") }}),

rules as (select * from {{ ref('method_cert_rules') }} where rule_id = 'ST-15'),

needed as (
    select cars.*, rules.required_min
    from cars
    cross join rules
    where cars.bought_date is null or cars.bought_date <= cars.end_date
),

held as (
    select holders.*
    from {{ ref('int_station_holdings') }} as holders
    where holders.rule_id = 'ST-15'
)

select
{{ evidence('ST-15', 'town_id', 'vehicle', 'vehicle_no', '0', 'required_min') }}
from needed
union all
select
{{ evidence('ST-15', 'unit_id', 'person', 'person_id', "case when held_status in ('valid', 'expiring') then 1 else 0 end", '0') }}
from held
