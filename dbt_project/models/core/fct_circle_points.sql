{{ config(tags=['linkage_input']) }}
-- One row per point to which rescuers may be called: where grids and firms lie, in WGS-84, with the people who live there.
with located as (select * from {{ ref('fct_located_rows') }}),

grids as (select * from {{ ref('stg_governance__grids') }}),

-- any row that says where a firm lies: whose point stands is known later
firm_rows as (select distinct landing_ref from {{ ref('fct_enterprise_records') }}),

points as (
    select located.district_code, located.lon, located.lat, coalesce(grids.resident_count, 0) as resident_count
    from located
    left join grids on located.landing_ref = grids.landing_ref
    left join firm_rows on located.landing_ref = firm_rows.landing_ref
    where located.lon is not null and located.lat is not null
        and (grids.landing_ref is not null or firm_rows.landing_ref is not null)
)

select
    district_code,
    {{ point_id('lon', 'lat') }} as point_id,
    lon,
    lat,
    cast(sum(resident_count) as bigint) as resident_count
from points
group by district_code, lon, lat
