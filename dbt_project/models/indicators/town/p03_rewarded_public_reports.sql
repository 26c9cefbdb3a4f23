-- One row per major hazard in the town that somebody of the public reported in the period and was rewarded for.
with reports as ({{ rows_of_periods('fct_public_reports', 'found_at', 'facts.is_major and facts.is_rewarded') }})

select
{{ evidence('P03', 'town_id', 'public_report', 'hazard_no', '1', '0', 'found_at') }}
from reports
