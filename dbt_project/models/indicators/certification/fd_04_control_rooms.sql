-- FD-04: one row per person who watches the control room of a firm, counting with a certificate of level 4 or higher, one for the six
-- that three shifts need, and one per shift that has fewer than two of them.
with held as (
    select holders.*, rules.required_min, rules.level_max
    from {{ ref('int_enterprise_holdings') }} as holders
    cross join (select * from {{ ref('method_cert_rules') }} where rule_id = 'FD-04') as rules
    where holders.rule_id = 'FD-04'
),

judged as (
    select
        *,
        case when held_status in ('valid', 'expiring') and level_number <= level_max then 1 else 0 end as is_counting
    from held
),

rooms as (
    select district_code, unit_id, period, max(required_min) as required_min, min(landing_ref) as landing_ref
    from judged
    group by district_code, unit_id, period
),

shifts as (
    select
        rooms.district_code,
        rooms.unit_id,
        rooms.period,
        names.shift_code,
        case when coalesce(sum(judged.is_counting), 0) >= 2 then 1 else 0 end as is_met,
        min(rooms.landing_ref) as landing_ref
    from rooms
    cross join (
        select 'morning' as shift_code
        union all
        select 'day' as shift_code
        union all
        select 'night' as shift_code
    ) as names
    left join judged
        on rooms.district_code = judged.district_code
        and rooms.unit_id = judged.unit_id
        and rooms.period = judged.period
        and names.shift_code = judged.shift_code
    group by rooms.district_code, rooms.unit_id, rooms.period, names.shift_code
)

select
{{ evidence('FD-04', 'unit_id', 'person', 'person_id', 'is_counting', '0') }}
from judged
union all
select
{{ evidence('FD-04', 'unit_id', 'control_room', 'unit_id', '0', 'required_min') }}
from rooms
union all
select
{{ evidence('FD-04', 'unit_id', 'requirement', 'shift_code', 'is_met', '1') }}
from shifts
