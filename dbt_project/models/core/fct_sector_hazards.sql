-- One row per line of the bureau's register of major hazards: the department of its sector, by when it had to be closed, and when
-- accepted events closed it. Without a deadline the time limit of a major hazard holds.
with lines as (select * from {{ ref('stg_emergency__major_hazards') }}),

hazards as (select * from {{ ref('stg_emergency__hazards') }}),

merged as (select * from {{ ref('map_hazard_records') }} where silo = 'emergency' and table_name = 'hazards'),

lives as (select * from {{ ref('fct_hazard_lives') }}),

limits as (
    select max(sla_hours) as sla_hours
    from {{ ref('method_hazard_sla') }}
    where row_type = 'sla' and to_state = 'RECTIFIED' and grade_code = 'G4'
)

select
    lines.district_code,
    lines.record_no,
    merged.hazard_id,
    lives.town_id,
    lines.dept_code as department,
    lines.found_at,
    case
        when hazards.deadline_date is not null then {{ local_midnight(add_days('hazards.deadline_date', 1)) }}
        else lines.found_at + interval '1' hour * cast(limits.sla_hours as integer)
    end as deadline_at,
    lines.reported_at,
    lines.published_at,
    lines.handled_at,
    lives.closed_at,
    lines.landing_ref
from lines
cross join limits
left join hazards
    on lines.district_code = hazards.district_code
    and lines.hazard_no = hazards.hazard_no
left join merged
    on lines.district_code = merged.district_code
    and lines.hazard_no = merged.report_no
left join lives
    on merged.district_code = lives.district_code
    and merged.hazard_id = lives.hazard_id
