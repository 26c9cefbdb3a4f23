-- One row per course a member of a station was to finish in the period; numerator 1 when finished by then.
with enrolments as ({{ rows_of_periods('fct_enrolments', 'due_at', 'facts.is_of_station') }})

select
{{ evidence('B302', 'town_id', 'enrolment', 'enrolment_id', 'case when completed_at <= due_at then 1 else 0 end', '1', 'due_at') }}
from enrolments
