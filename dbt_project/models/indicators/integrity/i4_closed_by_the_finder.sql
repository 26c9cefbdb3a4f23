-- One row per hazard that was closed by the person who found it (signal closer_is_finder).
with signals as ({{ hazard_signals('closer_is_finder') }})

select {{ audit_row('I4', 'hazard_report', 'entity_id', '1', '0', 'detail', 'seen_at') }}
from signals
