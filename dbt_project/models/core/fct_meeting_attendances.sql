-- One row per meeting x department that was invited: whether it came, in the rank it was invited in or above. A rank nobody can read
-- is none.
{% set rank = "case {} when '主要负责人' then 3 when '分管负责人' then 2 when '联络员' then 1 else 0 end" %}
with attendances as (select * from {{ ref('stg_emergency__meeting_attendances') }}),

meetings as (select * from {{ ref('fct_meetings') }})

select
    attendances.district_code,
    attendances.attendance_no,
    attendances.meeting_no,
    attendances.dept_code as department,
    coalesce(attendances.is_attended, false) as is_attended,
    coalesce(attendances.is_attended, false)
    and {{ rank.format('attendances.attended_rank_word') }} > 0
    and {{ rank.format('attendances.attended_rank_word') }} >= {{ rank.format('attendances.invited_rank_word') }} as is_rank_met,
    meetings.held_at,
    attendances.landing_ref
from attendances
left join meetings
    on attendances.district_code = meetings.district_code
    and attendances.meeting_no = meetings.meeting_no
