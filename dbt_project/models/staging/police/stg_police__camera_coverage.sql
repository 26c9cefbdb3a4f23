-- One row per village: the newest accepted version of what the police sent.
with landed as (
    {{ newest_accepted('police__camera_coverage', ['village_code']) }}
)

select
    district_code,
    village_code,
    village_name,
    town_code,
    town_name,
    required_count,
    built_count,
    online_count,
    counted_date,
    landing_ref
from landed
