-- One row per audit: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__delivery_audits', ['audit_no']) }}
)

select
    district_code,
    audit_no,
    signal_no,
    audited_date,
    sampled_count,
    late_count,
    missed_count,
    finding_text,
    landing_ref
from landed
