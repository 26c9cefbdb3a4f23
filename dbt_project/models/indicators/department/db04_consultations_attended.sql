-- One row per meeting of the period to which a department was invited and that was held; numerator 1 when it came in the rank it was
-- invited in or above.
with attendances as ({{ rows_of_periods('fct_meeting_attendances', 'held_at', unit='department') }})

select
{{ evidence('DB04', 'department', 'attendance', 'attendance_no', 'case when is_rank_met then 1 else 0 end', '1', 'held_at') }}
from attendances
