-- One row per grid x month of the period; numerator 1 when a valid patrol of the grid began in that month.
with months as ({{ months_of_periods() }}),

judged as (
    {{ met_by_month(
        'fct_grids', '(things.created_date is null or things.created_date <= months.from_date)', 'grid_code',
        'fct_patrols', 'patrolled_date', 'started_at', 'is_valid'
    ) }}
)

select
{{ evidence('C201', 'town_id', 'grid_month', "grid_code || ':' || from_date", 'is_met', '1', 'occurred_at') }}
from judged
