-- One row per facility: the node of the road graph where it joins, and how far that is; a node along a segment is called by the segment
-- and a number. Only nodes from which everybody can be reached count. A facility without a point joins nowhere; one far from any road is marked.
with snaps as (select * from {{ source('linkage', 'roads__snaps') }}),

facilities as (select * from {{ ref('dim_facilities') }})

select
    facilities.district_code,
    facilities.facility_id,
    facilities.facility_kind,
    facilities.facility_name,
    facilities.town_id,
    snaps.node_id,
    case
        when facilities.lon is null or facilities.lat is null then 'no_point'
        when snaps.node_id is null then 'no_road'
        when snaps.snap_m > {{ parameter('road_snap_far_m') }} then 'far'
        else 'joined'
    end as snap_status,
    snaps.snap_m,
    facilities.capacity_count,
    facilities.landing_ref
from facilities
left join snaps on facilities.facility_id = snaps.facility_id
