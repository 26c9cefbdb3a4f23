-- One row per publicity event a town planned, by the four venues; 'other' where the word is none of them.
with events as ({{ rows_of_towns('stg_emergency__publicity_events', 'LOCAL', on_date='rows_in.planned_date') }})

select
    district_code,
    event_no,
    town_id,
    case venue_word
        when '进工厂' then 'factory'
        when '进农村' then 'village'
        when '进学校' then 'school'
        when '进社区' then 'community'
        else 'other'
    end as venue_code,
    planned_date,
    held_date,
    landing_ref
from events
