-- One row per finding of the road graph: an edge or a node that would spoil travel times, with what was measured and stated. The
-- graph finds (pipelines/analysis/roads.py); a word of direction nobody knows is found here.
with found as (select * from {{ source('linkage', 'roads__findings') }}),

segments as (select * from {{ ref('fct_road_segments') }}),

words as (select * from {{ ref('ref_road_findings') }}),

every as (
    select finding_code, edge_id, node_id, other_id, measured, stated, lon, lat from found
    union all
    select
        'direction_unknown', segment_no, cast(null as string), cast(null as string), cast(null as decimal(14, 3)),
        cast(null as decimal(14, 3)), start_lon, start_lat
    from segments
    where direction_code = 'unknown'
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
