-- One row per signal x landed row: stations whose heights are above another zero than the 1985 datum, or above one that no
-- list knows, and their flood marks. Their readings keep their own datum (`fct_water_levels.datum_code`).
with stations as (select * from {{ ref('dim_stations') }} where datum_code <> '1985'),

marks as (select * from {{ ref('stg_water__flood_marks') }}),

limits as (select * from {{ ref('stg_water__reservoir_limits') }}),

reservoir_marks as (select * from {{ ref('stg_water__st_rsvrfcch_b') }}),

rows_of as (
    select district_code, station_code, 'st_stbprp_b' as table_name, landing_ref from stations
    union all
    select district_code, station_code, 'st_rvfcch_b', landing_ref from marks
    union all
    select district_code, station_code, 'st_rsvrfsr_b', landing_ref from limits
    union all
    select district_code, stcd, 'st_rsvrfcch_b', landing_ref from reservoir_marks
)

select
    rows_of.district_code,
    case when stations.datum_code = 'unknown' then 'unknown_datum' else 'other_datum' end as signal_code,
    'water' as silo,
    rows_of.table_name,
    rows_of.landing_ref,
    rows_of.station_code as entity_id,
    concat(
        stations.height_datum,
        case when stations.offset_to_1985_m is null then ', not converted' else ', converted' end
    ) as detail,
    cast(null as date) as seen_date
from rows_of
inner join stations
    on rows_of.district_code = stations.district_code
    and rows_of.station_code = stations.station_code
