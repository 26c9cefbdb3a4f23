-- One row per resource number x month: the newest accepted version of medical emergency resources.
with rows_in as ({{ newest_accepted('health__medical_resources', ['resource_no', 'report_month']) }})

select
    district_code,
    resource_no,
    institution_no,
    report_month,
    kind_word,
    quantity,
    {{ as_sent('quantity') }} as quantity_text,
    quantity_unit_word,
    quantity_read_how,
    unit_word,
    usable_quantity,
    {{ as_sent('usable_quantity') }} as usable_quantity_text,
    usable_quantity_unit_word,
    usable_quantity_read_how,
    checked_date,
    landing_ref
from rows_in
