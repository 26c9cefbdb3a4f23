-- One row per silo x table x point x period: the coordinate system its points are declared in, the one they were read in, and what
-- anchors say of that (fct_feed_crs). A register is counted whole in every period.
select
    cast(district_code as string) as district_code,
    cast(silo as string) as silo,
    cast(table_name as string) as table_name,
    cast(point_name as string) as point_name,
    cast(period as string) as period,
    cast(department as string) as department,
    cast(table_name_zh as string) as table_name_zh,
    cast(table_name_en as string) as table_name_en,
    cast(declared_crs as string) as declared_crs,
    cast(detected_crs as string) as detected_crs,
    cast(anchor_table as string) as anchor_table,
    cast(verdict as string) as verdict,
    row_count,
    given_count,
    read_count,
    anchor_count,
    near_count,
    other_count,
    sent_offset_m,
    landed_offset_m,
    cast(converted_share as decimal(18, 4)) as converted_share,
    cast(read_share as decimal(18, 4)) as read_share
from {{ ref('fct_feed_crs') }}
