-- One row per hazard of the brigade's list whose point lies far from the firm it names.
with points as (
    select
        told.district_code,
        told.record_id,
        lives.town_id,
        told.found_at,
        told.landing_ref,
        cast({{ metres_between('told.lon', 'told.lat', 'firms.lon', 'firms.lat') }} as decimal(12, 1)) as metres
    from {{ ref('fct_hazard_records') }} as told
    inner join {{ ref('map_hazard_records') }} as merged
        on told.district_code = merged.district_code and told.record_id = merged.record_id
    inner join {{ ref('fct_hazard_lives') }} as lives
        on merged.district_code = lives.district_code and merged.hazard_id = lives.hazard_id
    inner join {{ ref('dim_enterprises') }} as firms
        on lives.district_code = firms.district_code and lives.enterprise_id = firms.enterprise_id
    where told.silo = 'enforcement'
),

dated as ({{ in_periods('points', 'found_at') }})

select {{ audit_row('I9', 'hazard_report', 'record_id', 'metres', parameter('audit_far_m'), "concat(cast(metres as string), ' m from the firm')", 'found_at') }}
from dated
where metres > {{ parameter('audit_far_m') }}
