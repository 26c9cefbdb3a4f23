-- One row per probe of an interface: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__probe_logs', ['probe_no']) }}
)

select
    district_code,
    probe_no,
    dept_code,
    interface_name,
    probed_at,
    is_ok,
    answer_ms,
    http_status_code,
    landing_ref
from landed
