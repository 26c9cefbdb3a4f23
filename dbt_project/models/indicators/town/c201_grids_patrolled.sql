-- One row per grid x month of the period; numerator 1 when a valid patrol of the grid began in that month.
with grids as (select * from {{ ref('fct_grids') }} where town_id is not null),

months as ({{ months_of_periods() }}),

patrols as (select * from {{ ref('fct_patrols') }} where is_valid),

judged as (
    select
        grids.district_code,
        grids.town_id,
        months.period,
        grids.grid_code,
        months.from_date,
        max(case when patrols.patrol_no is not null then 1 else 0 end) as is_patrolled,
        min(patrols.started_at) as started_at,
        coalesce(min(patrols.landing_ref), grids.landing_ref) as landing_ref
    from grids
    inner join months
        on grids.district_code = months.district_code
        and (grids.created_date is null or grids.created_date <= months.from_date)
    left join patrols
        on grids.district_code = patrols.district_code
        and grids.grid_code = patrols.grid_code
        and patrols.patrolled_date between months.from_date and months.to_date
    group by grids.district_code, grids.town_id, months.period, grids.grid_code, months.from_date, grids.landing_ref
)

select
{{ evidence('C201', 'town_id', 'grid_month', "grid_code || ':' || from_date", 'is_patrolled', '1', 'started_at') }}
from judged
