-- One row per data set asked for, town and month: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__data_requests', ['request_no']) }})

select
    district_code,
    request_no,
    report_month,
    town_code,
    town_name,
    dataset_name,
    supplier_name,
    is_received,
    asked_field_count,
    received_field_count,
    failed_exchange_count,
    quality_score,
    newest_data_date,
    town_read_how,
    landing_ref
from rows_in
