-- However valid the paper: an auxiliary, a part-timer or somebody counted elsewhere is no officer of the station.
select people.unit_id, people.period, people.person_id
from {{ ref('certification_gap_people') }} as people
inner join {{ ref('fct_station_roster') }} as rosters
    on people.unit_id = rosters.town_id and people.period = rosters.period and people.person_id = rosters.person_id
where people.rule_id in ('ST-02', 'ST-03') and people.counts
group by people.unit_id, people.period, people.person_id
having not bool_or(rosters.is_counted and rosters.is_in_quota and not rosters.is_auxiliary)
