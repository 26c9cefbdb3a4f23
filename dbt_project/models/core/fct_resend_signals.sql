-- One row per signal x landed row: readings sent again later with another value. Both are kept; the newest counts.
with rain as (select * from {{ ref('stg_water__rain_versions') }}),

rivers as (select * from {{ ref('stg_water__river_versions') }}),

reservoirs as (select * from {{ ref('stg_water__reservoir_versions') }}),

versions as (
    select district_code, 'st_pptn_r' as table_name, station_code, rain_mm as reading, measured_at, revision, landing_ref from rain
    union all
    select district_code, 'st_river_r', station_code, level_m, measured_at, revision, landing_ref from rivers
    union all
    select district_code, 'st_rsvr_r', station_code, level_m, measured_at, revision, landing_ref from reservoirs
),

resent as (
    select
        district_code,
        'resent_value' as signal_code,
        'water' as silo,
        table_name,
        landing_ref,
        station_code as entity_id,
        concat('revision ', cast(revision as string)) as detail,
        {{ local_date('measured_at') }} as seen_date
    from versions
    where revision > 1
)

select * from resent
