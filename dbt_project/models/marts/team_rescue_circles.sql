-- One row per judged case of the rescue circle x able team: whom it reaches in time, whom it alone reaches, what a better place would gain.
with reach as (select * from {{ ref('fct_team_reach') }}),

classes as (
    select meaning_code, min(name_zh) as name_zh, min(name_en) as name_en
    from {{ ref('ref_words') }}
    where list_code = 'team_class'
    group by meaning_code
)

select
    cast(reach.district_code as string) as district_code,
    cast(reach.period as string) as period,
    cast(reach.scenario_code as string) as scenario_code,
    cast(reach.event_code as string) as event_code,
    cast(reach.facility_id as string) as facility_id,
    cast(reach.town_id as string) as town_id,
    cast(reach.facility_name as string) as facility_name,
    cast(reach.move_place_name as string) as move_place_name,
    cast(classes.name_zh as string) as class_name_zh,
    cast(classes.name_en as string) as class_name_en,
    cast(reach.snap_status as string) as snap_status,
    cast(reach.landing_ref as string) as landing_ref,
    cast(reach.turnout_seconds as integer) as turnout_seconds,
    cast(reach.resident_count as bigint) as resident_count,
    cast(reach.only_resident_count as bigint) as only_resident_count,
    cast(reach.key_firm_count as bigint) as key_firm_count,
    cast(reach.move_gain_count as bigint) as move_gain_count,
    cast(reach.move_lon as decimal(10, 6)) as move_lon,
    cast(reach.move_lat as decimal(10, 6)) as move_lat,
    cast(reach.snap_m as decimal(12, 1)) as snap_m,
    cast(reach.lon as decimal(10, 6)) as lon,
    cast(reach.lat as decimal(10, 6)) as lat
from reach
left join classes on reach.class_code = classes.meaning_code
