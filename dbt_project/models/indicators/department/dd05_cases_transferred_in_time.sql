-- One row per approved transfer of a case to the police that was to be sent in the period; numerator 1 when it went by then with all five
-- papers.
with transfers as ({{ rows_of_periods('fct_case_transfers', 'send_due_date', unit='department') }}),

judged as (
    select
        *,
        case when sent_date <= send_due_date and has_all_papers then 1 else 0 end as is_in_order
    from transfers
)

select
{{ evidence('DD05', 'department', 'case_transfer', 'transfer_no', 'is_in_order', '1', 'send_due_date') }}
from judged
