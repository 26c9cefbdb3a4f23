-- One row per judged scenario of the rescue circle x road segment: where it runs and how fast rescuers are on it, so that a station can be
-- tried elsewhere. For the last period.
with segments as (select * from {{ ref('fct_road_segments') }}),

speeds as (select * from {{ ref('fct_road_speeds') }}),

periods as (select * from {{ ref('dim_periods') }} where is_latest),

judged as (
    select distinct scenario_code
    from {{ ref('method_circle_cases') }}
    where method_version = '{{ var("method_version") }}'
),

-- points join the roads that vehicles may use at some time: closing a road moves nobody to another
used as (
    select district_code, segment_no, max(case when is_open then 1 else 0 end) as is_usable
    from speeds
    group by district_code, segment_no
)

select
    cast(speeds.district_code as string) as district_code,
    cast(speeds.period as string) as period,
    cast(speeds.scenario_code as string) as scenario_code,
    cast(speeds.segment_no as string) as segment_no,
    cast(segments.start_lon as decimal(10, 6)) as start_lon,
    cast(segments.start_lat as decimal(10, 6)) as start_lat,
    cast(segments.end_lon as decimal(10, 6)) as end_lon,
    cast(segments.end_lat as decimal(10, 6)) as end_lat,
    cast(segments.length_m as decimal(12, 1)) as length_m,
    cast(case when speeds.is_open then speeds.speed_kmh else null end as decimal(18, 6)) as speed_kmh,
    coalesce(segments.is_one_way, false) as is_one_way,
    used.is_usable = 1 as is_usable
from speeds
inner join periods on speeds.district_code = periods.district_code and speeds.period = periods.period
inner join judged on speeds.scenario_code = judged.scenario_code
inner join segments on speeds.district_code = segments.district_code and speeds.segment_no = segments.segment_no
inner join used on speeds.district_code = used.district_code and speeds.segment_no = used.segment_no
