{{ config(tags=['linkage_input']) }}
-- One row per road segment of the traffic bureau: its ends in WGS-84, its direction, length and free speed, as the road graph reads
-- it (pipelines/analysis/roads.py). A word of direction that is not known counts as open both ways and is a finding.
with segments as (select * from {{ ref('stg_traffic__road_segments') }})

select
    segments.district_code,
    segments.segment_no,
    segments.road_name,
    segments.road_class_word,
    {{ town_id_of('segments') }} as town_id,
    case
        when segments.direction_word = '单向' then 'one_way'
        when segments.direction_word = '双向' then 'both_ways'
        else 'unknown'
    end as direction_code,
    segments.direction_word,
    segments.from_lon,
    segments.from_lat,
    segments.to_lon,
    segments.to_lat,
    segments.start_lon,
    segments.start_lat,
    segments.end_lon,
    segments.end_lat,
    cast(segments.length_km * 1000 as decimal(12, 1)) as length_m,
    segments.free_speed_kmh as speed_kmh,
    segments.lane_count,
    coalesce(segments.direction_word, '') = '单向' as is_one_way,
    segments.is_flood_prone,
    segments.landing_ref
from segments
{{ town_joins('segments', 'NBS') }}
