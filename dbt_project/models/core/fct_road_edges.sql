-- One row per directed edge of the road graph: a segment that is open both ways gives two. is_connected: both ends lie in the largest
-- part where everybody can reach everybody. Travel times are worked out on these.
with edges as (select * from {{ source('linkage', 'roads__edges') }}),

nodes as (select * from {{ source('linkage', 'roads__nodes') }}),

segments as (select * from {{ ref('fct_road_segments') }})

select
    segments.district_code,
    edges.edge_id as segment_no,
    edges.from_node,
    edges.to_node,
    from_nodes.lon as from_lon,
    from_nodes.lat as from_lat,
    to_nodes.lon as to_lon,
    to_nodes.lat as to_lat,
    edges.length_m,
    edges.seconds,
    edges.is_connected,
    segments.landing_ref
from edges
inner join segments on edges.edge_id = segments.segment_no
inner join nodes as from_nodes on edges.from_node = from_nodes.node_id
inner join nodes as to_nodes on edges.to_node = to_nodes.node_id
