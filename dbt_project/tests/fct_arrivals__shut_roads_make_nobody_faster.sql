-- No scenario brings anybody to a place earlier than usual roads do: what is shut or slow in it is never quicker, and points stay where
-- they join. A row here means that method_road_speeds gives a class a higher speed in a scenario than usually.
with arrivals as (select * from {{ ref('fct_arrivals') }})

select
    others.period,
    others.scenario_code,
    others.event_code,
    others.place_id,
    others.seconds,
    usual.seconds as usual_seconds
from arrivals as others
inner join arrivals as usual
    on others.period = usual.period
    and others.event_code = usual.event_code
    and others.place_id = usual.place_id
    and usual.scenario_code = 'usual'
where others.scenario_code <> 'usual'
    and others.seconds is not null
    and (usual.seconds is null or others.seconds < usual.seconds - 0.001)
