-- One row per firm x chemical x month of its hazardous day stock.
with rows_in as ({{ rows_of_firms('stg_firms__hazchem_stocks') }})

select
    district_code,
    enterprise_no || '-' || cas_no || '-' || report_month as stock_id,
    enterprise_id,
    report_month,
    stock_kg,
    landing_ref
from rows_in
