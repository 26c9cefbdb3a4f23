-- One row per hazard number of the bureau x list: when its stage made it due on the list, and whether it stands there. The hazard list
-- is written at confirmation, the responsibility list at control or assignment, the rectification list when it is corrected.
-- C306 asks for all three at the deadline; this says which list fails, and from when.
with numbers as (select * from {{ ref('fct_listed_hazards') }}),

steps as (
    select * from {{ ref('fct_hazard_life_events') }} where silo = 'emergency' and event_status in ('accepted', 'told_again')
),

lists as (
    select 'hazard' as list_code, 'CONFIRMED' as step_code
    union all
    select 'duty', 'CONTROLLED'
    union all
    select 'duty', 'ASSIGNED'
    union all
    select 'rectify', 'RECTIFIED'
),

reached as (
    select steps.district_code, steps.record_id, lists.list_code, min(steps.occurred_at) as due_from_at
    from steps
    inner join lists on steps.event_state = lists.step_code
    group by steps.district_code, steps.record_id, lists.list_code
),

told as (
    select district_code, hazard_no, town_id, 'hazard' as list_code, is_on_hazard_list as is_listed, landing_ref from numbers
    union all
    select district_code, hazard_no, town_id, 'duty', is_on_duty_list, landing_ref from numbers
    union all
    select district_code, hazard_no, town_id, 'rectify', is_on_rectify_list, landing_ref from numbers
),

checked as (
    select
        told.*,
        reached.due_from_at,
        case
            when reached.due_from_at is not null and told.is_listed then 'written'
            when reached.due_from_at is not null then 'missing'
            when told.is_listed then 'early'
            else 'not_due'
        end as list_status
    from told
    left join reached
        on told.district_code = reached.district_code
        and 'emergency:hazards:' || told.hazard_no = reached.record_id
        and told.list_code = reached.list_code
)

select
    checked.district_code,
    checked.hazard_no,
    checked.list_code,
    checked.town_id,
    checked.list_status,
    lists.name_zh as list_name_zh,
    lists.name_en as list_name_en,
    statuses.name_zh as status_name_zh,
    statuses.name_en as status_name_en,
    checked.landing_ref,
    checked.is_listed,
    checked.due_from_at
from checked
left join {{ ref('ref_hazard_codes') }} as lists on lists.topic = 'list' and checked.list_code = lists.code
left join {{ ref('ref_hazard_codes') }} as statuses on statuses.topic = 'list_status' and checked.list_status = statuses.code
