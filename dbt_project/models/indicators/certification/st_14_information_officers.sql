-- ST-14: one row per village of today; counts when an information officer and a deputy are named by period end, both with a phone.
with officers as (select * from {{ ref('fct_information_officers') }} where has_phone),

villages as (select * from {{ ref('dim_divisions') }} where level_code = 'village' and is_current),

judged as (
    select
        villages.district_code,
        villages.town_id,
        periods.period,
        villages.division_id,
        max(case when officers.is_deputy = false then 1 else 0 end) as has_first,
        max(case when officers.is_deputy then 1 else 0 end) as has_deputy,
        min(officers.landing_ref) as landing_ref
    from villages
    inner join {{ ref('dim_periods') }} as periods on villages.district_code = periods.district_code
    left join officers
        on villages.district_code = officers.district_code
        and villages.division_id = officers.village_id
        and (officers.verified_date is null or officers.verified_date <= periods.end_date)
    group by villages.district_code, villages.town_id, periods.period, villages.division_id
)

select
{{ evidence('ST-14', 'town_id', 'village', 'division_id', 'case when has_first + has_deputy = 2 then 1 else 0 end', '1') }}
from judged
