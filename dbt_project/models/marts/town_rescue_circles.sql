-- One row per town x period x scenario x kind of event: residents and key firms whom the first able team reaches in time, and why not.
with towns as (select * from {{ ref('dim_towns') }}),

arrivals as (select * from {{ ref('fct_arrivals') }}),

scenarios as (select * from {{ ref('method_road_scenarios') }} where method_version = '{{ var("method_version") }}'),

events as (
    select meaning_code, min(name_zh) as name_zh, min(name_en) as name_en
    from {{ ref('ref_words') }}
    where list_code = 'incident_type'
    group by meaning_code
),

judged as (
    select
        scenario_code,
        event_code,
        max(case when indicator_code = 'E101' then 1 else 0 end) as judges_people,
        max(case when indicator_code = 'E102' then 1 else 0 end) as judges_firms
    from {{ ref('method_circle_cases') }}
    where method_version = '{{ var("method_version") }}'
    group by scenario_code, event_code
),

counted as (
    select
        district_code, period, scenario_code, event_code, town_id,
        sum(case when place_kind = 'grid' then resident_count else 0 end) as resident_count,
        sum(case when place_kind = 'grid' and arrival_status = 'in_time' then resident_count else 0 end) as covered_count,
        sum(case when place_kind = 'grid' and arrival_status = 'late' then resident_count else 0 end) as late_count,
        sum(case when place_kind = 'grid' and arrival_status not in ('in_time', 'late') then resident_count else 0 end) as untold_count,
        sum(case when is_key then 1 else 0 end) as key_firm_count,
        sum(case when is_key and arrival_status = 'in_time' then 1 else 0 end) as covered_firm_count,
        {{ median_of("case when place_kind = 'grid' then seconds else null end") }} as median_seconds
    from arrivals
    where town_id is not null
    group by district_code, period, scenario_code, event_code, town_id
)

select
    cast(counted.district_code as string) as district_code,
    cast(counted.town_id as string) as town_id,
    cast(counted.period as string) as period,
    cast(counted.scenario_code as string) as scenario_code,
    cast(counted.event_code as string) as event_code,
    cast(towns.town_name_zh as string) as town_name_zh,
    cast(towns.town_name_en as string) as town_name_en,
    cast(scenarios.name_zh as string) as scenario_name_zh,
    cast(scenarios.name_en as string) as scenario_name_en,
    cast(events.name_zh as string) as event_name_zh,
    cast(events.name_en as string) as event_name_en,
    cast(counted.resident_count as bigint) as resident_count,
    cast(counted.covered_count as bigint) as covered_count,
    cast(counted.late_count as bigint) as late_count,
    cast(counted.untold_count as bigint) as untold_count,
    cast(counted.key_firm_count as bigint) as key_firm_count,
    cast(counted.covered_firm_count as bigint) as covered_firm_count,
    cast({{ ratio('counted.covered_count', 'counted.resident_count') }} as decimal(18, 6)) as covered_share,
    cast({{ ratio('counted.covered_firm_count', 'counted.key_firm_count') }} as decimal(18, 6)) as covered_firm_share,
    cast(counted.median_seconds as decimal(18, 6)) as median_seconds,
    coalesce(judged.judges_people, 0) = 1 as is_judged_for_people,
    coalesce(judged.judges_firms, 0) = 1 as is_judged_for_firms
from counted
inner join towns on counted.district_code = towns.district_code and counted.town_id = towns.town_id
left join scenarios on counted.scenario_code = scenarios.scenario_code
left join events on counted.event_code = events.meaning_code
left join judged on counted.scenario_code = judged.scenario_code and counted.event_code = judged.event_code
