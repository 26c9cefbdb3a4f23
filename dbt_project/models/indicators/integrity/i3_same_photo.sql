-- One row per hazard whose photo of the mending is that of the finding (signal same_photo).
with signals as ({{ hazard_signals('same_photo') }})

select {{ audit_row('I3', 'hazard_report', 'entity_id', '1', '0', 'detail', 'seen_at') }}
from signals
