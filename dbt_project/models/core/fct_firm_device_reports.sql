-- One row per firm x kind of device x month: devices switched off or shielded.
with rows_in as ({{ rows_of_firms('stg_firms__sensing_devices') }})

select
    district_code,
    enterprise_no || '-' || device_kind_word || '-' || report_month as report_id,
    enterprise_id,
    device_kind_word,
    report_month,
    disabled_count,
    landing_ref
from rows_in
