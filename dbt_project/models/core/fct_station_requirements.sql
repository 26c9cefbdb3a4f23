-- One row per town x period: how many people and certificates its station must have, by load (cert_rules ST-02 to ST-05).
-- A load nobody has reported adds nothing; unknown_band_count says how many bands that concerns.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

firms as (
    select
        district_code,
        town_id,
        cast(sum(case when is_key then 1 else 0 end) as integer) as key_firm_count,
        cast(sum(case when is_major_hazard_source then 1 else 0 end) as integer) as major_hazard_source_count
    from {{ ref('dim_enterprises') }}
    where is_active and town_id is not null
    group by district_code, town_id
),

parameters as (
    select
        max(case when parameter_code = 'station_ft_base' then value else null end) as ft_base,
        max(case when parameter_code = 'station_ft_max' then value else null end) as ft_max,
        max(case when parameter_code = 'station_pt_base' then value else null end) as pt_base,
        max(case when parameter_code = 'station_pt_max' then value else null end) as pt_max,
        max(case when parameter_code = 'station_pt_free_villages' then value else null end) as pt_free_villages,
        max(case when parameter_code = 'station_pt_step_villages' then value else null end) as pt_step_villages,
        max(case when parameter_code = 'law_cert_required' then value else null end) as law_cert_required,
        max(case when parameter_code = 'law_cert_firms_per_cert' then value else null end) as firms_per_cert,
        max(case when parameter_code = 'law_cert_ft_share' then value else null end) as ft_share
    from {{ ref('method_parameters') }}
),

bands as (
    select
        max(case when band_code = 'key_firms' then threshold else null end) as key_firms,
        max(case when band_code = 'population' then threshold else null end) as population,
        max(case when band_code = 'area' then threshold else null end) as area,
        max(case when band_code = 'area' then alternative_threshold else null end) as geo_points,
        max(case when band_code = 'hazard_source' then threshold else null end) as hazard_source,
        max(case when band_code = 'flood' then threshold else null end) as flood
    from {{ ref('method_station_load_bands') }}
),

loads as (
    select
        towns.*,
        coalesce(firms.key_firm_count, 0) as key_firm_count,
        coalesce(firms.major_hazard_source_count, 0) as major_hazard_source_count
    from towns
    left join firms on towns.district_code = firms.district_code and towns.town_id = firms.town_id
),

banded as (
    select
        loads.*,
        case when loads.key_firm_count >= bands.key_firms then 1 else 0 end
        + case when loads.population >= bands.population then 1 else 0 end
        + case when loads.area_km2 >= bands.area or loads.geo_point_count >= bands.geo_points then 1 else 0 end
        + case when loads.major_hazard_source_count >= bands.hazard_source then 1 else 0 end
        + case when loads.flood_unit_count >= bands.flood then 1 else 0 end as band_count,
        case when loads.geo_point_count is null and loads.area_km2 < bands.area then 1 else 0 end
        + case when loads.flood_unit_count is null then 1 else 0 end as unknown_band_count
    from loads
    cross join bands
),

needs as (
    select
        banded.*,
        parameters.law_cert_required,
        parameters.firms_per_cert,
        parameters.ft_share,
        least(greatest(parameters.ft_base + banded.band_count, parameters.ft_base), parameters.ft_max) as ft_required,
        least(
            greatest(
                parameters.pt_base + ceil((banded.village_count - parameters.pt_free_villages) / nullif(parameters.pt_step_villages, 0)),
                parameters.pt_base
            ),
            parameters.pt_max
        ) as pt_required
    from banded
    cross join parameters
)

select
    needs.district_code,
    needs.town_id,
    periods.period,
    cast(needs.ft_required as integer) as ft_required,
    cast(needs.pt_required as integer) as pt_required,
    cast(needs.law_cert_required as integer) as law_cert_required,
    cast(greatest(
        needs.law_cert_required,
        ceil(needs.key_firm_count / nullif(needs.firms_per_cert, 0)),
        ceil(needs.ft_share * needs.ft_required)
    ) as integer) as law_cert_recommended,
    needs.key_firm_count,
    needs.major_hazard_source_count,
    needs.village_count,
    needs.population,
    needs.area_km2,
    cast(needs.band_count as integer) as band_count,
    cast(needs.unknown_band_count as integer) as unknown_band_count
from needs
inner join periods on needs.district_code = periods.district_code
