-- EV08: one row per case handed to the police in the months for which the veto lasts, unless the police refused it by the end of the period.
with transfers as ({{ rows_of_vetoes(
    'fct_firm_case_transfers', 'transferred_date', 'EV08',
    'not (facts.is_refused and coalesce(facts.result_date <= periods.end_date, true))'
) }})

select
{{ evidence('EV08', 'enterprise_id', 'firm_transfer', 'transfer_no', '1', '1', 'cast(transferred_date as timestamp)') }}
from transfers
