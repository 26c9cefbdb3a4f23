-- One row per finding of the road graph: an edge or a node that would spoil travel times, with what was measured and stated. The
-- graph finds (pipelines/analysis/roads.py); words of direction and class nobody knows, speeds of zero and ways on foot are found here.
with found as (select * from {{ source('linkage', 'roads__findings') }}),

segments as (select * from {{ ref('fct_road_segments') }}),

speeds as (
    select distinct speeds.segment_no, speeds.speed_status
    from {{ ref('fct_road_speeds') }} as speeds
    inner join {{ ref('dim_periods') }} as periods on speeds.period = periods.period and periods.is_latest
    where speeds.speed_status in ('unknown_class', 'zero_speed', 'not_for_vehicles')
),

faults as (select * from {{ source('linkage', 'circle__faults') }}),

words as (select * from {{ ref('ref_road_findings') }}),

every as (
    select finding_code, edge_id, node_id, other_id, measured, stated, lon, lat from found
    union all
    select
        'direction_unknown', segment_no, cast(null as string), cast(null as string), cast(null as decimal(14, 3)),
        cast(null as decimal(14, 3)), start_lon, start_lat
    from segments
    where direction_code = 'unknown'
    union all
    select
        speeds.speed_status, segments.segment_no, cast(null as string), cast(null as string), cast(null as decimal(14, 3)),
        cast(null as decimal(14, 3)), segments.start_lon, segments.start_lat
    from speeds
    inner join segments on speeds.segment_no = segments.segment_no
    union all
    select
        'cut_in_two', cast(null as string), cast(null as string), faults.seen, cast(null as decimal(14, 3)), cast(null as decimal(14, 3)),
        cast(null as decimal(10, 6)), cast(null as decimal(10, 6))
    from faults
)

select
    cast('{{ var("district_code") }}' as string) as district_code,
    every.finding_code || ':' || coalesce(every.edge_id, '') || ':' || coalesce(every.node_id, '') as finding_id,
    every.finding_code,
    words.name_zh,
    words.name_en,
    words.advice_zh,
    words.advice_en,
    every.edge_id as segment_no,
    every.node_id,
    every.other_id as other_segment_no,
    segments.road_name,
    segments.town_id,
    every.measured,
    every.stated,
    every.lon,
    every.lat,
    segments.landing_ref
from every
left join segments on every.edge_id = segments.segment_no
left join words on every.finding_code = words.finding_code
