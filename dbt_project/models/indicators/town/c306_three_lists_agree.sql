-- One row per hazard number of the bureau's lists whose deadline falls in the period: by then it must stand on all three;
-- numerator 1 when it does. A number that is missing on the hazard list has no town and no deadline.
with hazards as ({{ rows_of_periods('fct_listed_hazards', 'deadline_date') }})

select
{{ evidence('C306', 'town_id', 'hazard_number', 'hazard_no', 'case when is_on_duty_list and is_on_hazard_list and is_on_rectify_list then 1 else 0 end', '1', 'found_at') }}
from hazards
