-- One row per ticket that a department had to settle in the period; numerator 1 when it was done by then.
with tickets as ({{ rows_of_periods('fct_collaboration_tickets', 'due_at', unit='department') }})

select
{{ evidence('DB03', 'department', 'ticket', 'ticket_no', 'case when done_at <= due_at then 1 else 0 end', '1', 'due_at') }}
from tickets
