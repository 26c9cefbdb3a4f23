-- One row per inspection, with the hazards it found.
with inspections as (select * from {{ ref('stg_enforcement__inspections') }}),

firms as (select * from {{ ref('map_enterprises_enforcement') }}),

hazards as (
    select district_code, inspection_no, cast(count(*) as integer) as hazard_count
    from {{ ref('fct_hazards') }}
    where inspection_no is not null
    group by district_code, inspection_no
),

placed as (
    select
        inspections.*,
        {{ town_id_of('inspections') }} as town_id,
        {{ town_match_of('inspections') }} as town_match
    from inspections
    {{ town_joins('inspections', 'LOCAL', on_date=local_date('inspections.inspected_at')) }}
)

select
    placed.district_code,
    'N' || placed.inspection_no as inspection_id,
    placed.inspection_no,
    placed.plan_no,
    firms.enterprise_id,
    placed.firm_no,
    placed.town_id,
    placed.town_match,
    placed.town_code,
    placed.town_name,
    placed.officer_1_cert_no,
    placed.officer_2_cert_no,
    placed.result_word,
    coalesce(hazards.hazard_count, 0) as hazard_count,
    -- two different officers, as the law asks of every penalty
    coalesce(placed.officer_1_cert_no <> placed.officer_2_cert_no, false) as has_two_officers,
    placed.inspected_at,
    placed.landing_ref
from placed
left join hazards on placed.district_code = hazards.district_code and placed.inspection_no = hazards.inspection_no
left join firms on placed.district_code = firms.district_code and placed.firm_no = firms.firm_no
