-- One row per enterprise number x cas number x month: the newest accepted version of hazchem day stocks.
with rows_in as ({{ newest_accepted('firms__hazchem_stocks', ['enterprise_no', 'cas_no', 'report_month']) }})

select
    district_code,
    enterprise_no,
    cas_no,
    chemical_name,
    report_month,
    day_use_kg,
    {{ as_sent('day_use_kg') }} as day_use_kg_text,
    day_use_kg_unit_word,
    day_use_kg_read_how,
    stock_kg,
    {{ as_sent('stock_kg') }} as stock_kg_text,
    stock_kg_unit_word,
    stock_kg_read_how,
    has_label,
    has_data_sheet,
    is_apart,
    store_place,
    landing_ref
from rows_in
