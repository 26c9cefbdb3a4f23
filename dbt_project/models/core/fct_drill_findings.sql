-- One row per finding of a drill that a town must mend.
with findings as ({{ rows_of_towns('stg_emergency__drill_findings', 'LOCAL', on_date='rows_in.due_date') }})

select
    district_code,
    finding_no,
    drill_no,
    town_id,
    due_date,
    fixed_date,
    landing_ref
from findings
