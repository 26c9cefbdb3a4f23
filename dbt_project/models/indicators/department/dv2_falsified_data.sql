-- One row per finding of a data audit in the period that calls records of the department falsified.
with findings as ({{ rows_of_periods('fct_audit_findings', 'found_date', "facts.is_falsified", unit='department') }})

select
{{ evidence('DV2', 'department', 'audit_finding', 'finding_no', '1', '0', 'found_date') }}
from findings
