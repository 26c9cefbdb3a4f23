-- One row per meter number: the newest accepted version of electricity meters.
with rows_in as ({{ newest_accepted('utilities__electricity_meters', ['meter_no']) }})

select
    district_code,
    meter_no,
    customer_no,
    customer_name,
    customer_name_key,
    customer_name_read_how,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    uscc_read_how,
    town_name,
    address,
    capacity_kva,
    voltage_word,
    installed_date,
    status_word,
    town_read_how,
    landing_ref
from rows_in
