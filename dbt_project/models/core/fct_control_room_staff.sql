-- One row per person on the brigade's list of those who watch the fire control room of a firm.
with watchers as (select * from {{ ref('stg_fire__control_room_staff') }}),

persons as (select * from {{ ref('map_person_records') }}),

firms as (select * from {{ ref('dim_enterprises') }})

select
    watchers.district_code,
    watchers.record_no,
    firms.enterprise_id,
    coalesce(persons.person_id, {{ person_id_of('watchers.person_hash', 'watchers.record_no') }}) as person_id,
    watchers.person_name_mask,
    case watchers.shift_word when '早班' then 'morning' when '中班' then 'day' when '夜班' then 'night' else 'unknown' end as shift_code,
    watchers.landing_ref
from watchers
inner join firms
    on watchers.district_code = firms.district_code
    and watchers.uscc = firms.uscc
left join persons
    on watchers.district_code = persons.district_code
    and {{ record_id_of('fire', 'control_room_staff', ['record_no'], 'watchers') }} = persons.record_id
