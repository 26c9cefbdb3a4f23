-- One row per time a team hosted by a firm was sent to an incident of the bureau.
with turnouts as (select * from {{ ref('stg_emergency__turnouts') }}),

hosts as (
    select * from {{ ref('map_enterprise_records') }} where silo = 'emergency' and table_name = 'teams' and enterprise_id is not null
)

select
    turnouts.district_code,
    turnouts.turnout_no,
    hosts.enterprise_id,
    turnouts.called_at,
    turnouts.arrived_at,
    turnouts.landing_ref
from turnouts
inner join hosts
    on turnouts.district_code = hosts.district_code
    and {{ record_id_of('emergency', 'teams', ['team_no'], 'turnouts') }} = hosts.record_id
