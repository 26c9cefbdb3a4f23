-- One row per silo x table x point x period: which system its points are declared in, in which they were read, and what anchors say of
-- that (ADR 17). A register is counted whole in every period.
--   proven         enough anchored rows, and they lie at their anchors
--   mixed          anchors prove a second system in the same feed
--   contradicted   anchors prove another system than the one declared
--   anchors_differ the places do not lie at their anchors: nothing is proven
--   declared_only  too few anchors: read as declared
--   no_points      nothing could be read
with located as (select * from {{ ref('fct_located_rows') }}),

periods as (select * from {{ ref('dim_periods') }}),

tables as (select silo, table_name, department, silo_name_zh, silo_name_en, table_name_zh, table_name_en from {{ ref('ref_landing_tables') }}),

-- a key that lies at two places more than some metres apart anchors nothing
anchors as (
    select
        silo || '/' || table_name as anchor_table,
        own_key as anchor_key,
        avg(cast(lon as decimal(12, 8))) as lon,
        avg(cast(lat as decimal(12, 8))) as lat
    from located
    where own_key is not null and lon is not null and lat is not null
    group by silo, table_name, own_key
    having max(lon) - min(lon) < 0.0003 and max(lat) - min(lat) < 0.0003
),

tested as (
    select
        located.*,
        case
            when located.read_how = 'gcj02' then 'GCJ-02'
            when located.read_how = 'bd09' then 'BD-09'
            when located.read_how = 'wgs84' then 'WGS-84'
            when located.read_how = 'degrees_minutes' then 'degrees and minutes'
            else located.declared_crs
        end as read_crs,
        located.lon is not null and located.lat is not null as is_read,
        anchors.anchor_key is not null and located.lon is not null and located.lat is not null as is_anchored,
        {{ metres_between('located.sent_lon', 'located.sent_lat', 'anchors.lon', 'anchors.lat') }} as sent_offset_m,
        {{ metres_between('located.lon', 'located.lat', 'anchors.lon', 'anchors.lat') }} as landed_offset_m
    from located
    left join anchors on located.anchor_table = anchors.anchor_table and located.anchor_key = anchors.anchor_key
),

dated as (
    select tested.*, periods.period
    from tested
    inner join periods
        on tested.district_code = periods.district_code
        and (tested.on_date is null or tested.on_date between periods.start_date and periods.end_date)
),

systems as (
    select
        district_code, silo, table_name, point_name, period, declared_crs, read_crs,
        count(*) as read_count,
        row_number() over (
            partition by district_code, silo, table_name, point_name, period
            order by count(*) desc, case when declared_crs = read_crs then 0 else 1 end, read_crs
        ) as system_rank
    from dated
    where is_read
    group by district_code, silo, table_name, point_name, period, declared_crs, read_crs
),

counted as (
    select
        dated.district_code,
        dated.silo,
        dated.table_name,
        dated.point_name,
        dated.period,
        dated.declared_crs,
        max(dated.anchor_table) as anchor_table,
        cast(count(*) as bigint) as row_count,
        cast(sum(case when dated.sent_lon is null and dated.sent_lat is null then 0 else 1 end) as bigint) as given_count,
        cast(sum(case when dated.is_read then 1 else 0 end) as bigint) as read_count,
        cast(sum(case when dated.is_read and (dated.read_crs not in ('WGS-84', 'CGCS2000') or dated.read_how = 'swapped') then 1 else 0 end) as bigint) as converted_count,
        cast(sum(case when dated.is_anchored then 1 else 0 end) as bigint) as anchor_count,
        cast(sum(case when dated.is_anchored and dated.landed_offset_m <= {{ parameter('anchor_near_m') }} then 1 else 0 end) as bigint) as near_count,
        cast(sum(case when dated.is_anchored and dated.landed_offset_m <= {{ parameter('anchor_near_m') }} and dated.read_crs <> systems.read_crs then 1 else 0 end) as bigint) as other_count,
        cast(avg(case when dated.is_anchored and dated.landed_offset_m <= {{ parameter('anchor_near_m') }} and dated.read_crs = systems.read_crs and coalesce(dated.read_how, '') <> 'swapped' then dated.sent_offset_m else cast(null as double) end) as decimal(12, 1)) as sent_offset_m,
        cast(avg(case when dated.is_anchored and dated.landed_offset_m <= {{ parameter('anchor_near_m') }} then dated.landed_offset_m else cast(null as double) end) as decimal(12, 1)) as landed_offset_m,
        max(systems.read_crs) as detected_crs
    from dated
    left join systems
        on dated.district_code = systems.district_code
        and dated.silo = systems.silo
        and dated.table_name = systems.table_name
        and dated.point_name = systems.point_name
        and dated.period = systems.period
        and systems.system_rank = 1
    group by dated.district_code, dated.silo, dated.table_name, dated.point_name, dated.period, dated.declared_crs
)

select
    counted.district_code,
    counted.silo,
    counted.table_name,
    counted.point_name,
    counted.period,
    tables.department,
    tables.silo_name_zh,
    tables.silo_name_en,
    tables.table_name_zh,
    tables.table_name_en,
    counted.declared_crs,
    counted.detected_crs,
    counted.anchor_table,
    case
        when counted.read_count = 0 then 'no_points'
        when counted.anchor_count < {{ parameter('anchor_minimum_count') }} then 'declared_only'
        when counted.near_count * 2 < counted.anchor_count then 'anchors_differ'
        when counted.other_count > {{ parameter('anchor_mixed_share') }} * counted.near_count then 'mixed'
        when counted.detected_crs <> counted.declared_crs then 'contradicted'
        else 'proven'
    end as verdict,
    counted.row_count,
    counted.given_count,
    counted.read_count,
    counted.anchor_count,
    counted.near_count,
    counted.other_count,
    -- how far points lie from their anchors as they were sent, and where landing put them
    counted.sent_offset_m,
    counted.landed_offset_m,
    {{ ratio('counted.converted_count', 'counted.read_count', 4) }} as converted_share,
    {{ ratio('counted.read_count', 'counted.given_count', 4) }} as read_share
from counted
left join tables on counted.silo = tables.silo and counted.table_name = tables.table_name
