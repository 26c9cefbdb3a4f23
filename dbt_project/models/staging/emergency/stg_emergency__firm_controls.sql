-- One row per firm x day of the statement: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__firm_controls', ['control_no']) }}
)

select
    district_code,
    control_no,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    stated_date,
    risk_point_count,
    controlled_count,
    open_hazard_count,
    online_rate_share,
    landing_ref
from landed
