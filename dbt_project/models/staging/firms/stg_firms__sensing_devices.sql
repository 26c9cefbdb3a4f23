-- One row per enterprise number x kind of device x month: the newest accepted version of sensing devices.
with rows_in as ({{ newest_accepted('firms__sensing_devices', ['enterprise_no', 'device_kind_word', 'report_month']) }})

select
    district_code,
    enterprise_no,
    device_kind_word,
    report_month,
    required_count,
    installed_count,
    online_count,
    disabled_count,
    landing_ref
from rows_in
