-- One row per table that the department shared though nobody had asked for it, accepted in the period.
with entries as ({{ rows_of_periods('fct_catalogue_entries', 'accepted_date', "facts.is_ahead_of_request", unit='department') }})

select
{{ evidence('DP1', 'department', 'catalogue_entry', 'catalogue_no', '1', '0', 'accepted_date') }}
from entries
