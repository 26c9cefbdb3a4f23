-- One row per finding of a data audit in the period that calls records of the town falsified.
with findings as ({{ rows_of_periods('fct_audit_findings', 'found_date', 'facts.is_of_town and facts.is_falsified') }})

select
{{ evidence('V04', 'town_id', 'audit_finding', 'finding_no', '1', '0', 'found_date') }}
from findings
