-- Refused events stay: as many rows as the silo sent.
select count(*) as found
from {{ ref('fct_hazard_events') }}
having count(*) <> (select count(*) from {{ ref('stg_enforcement__hazard_events') }})
