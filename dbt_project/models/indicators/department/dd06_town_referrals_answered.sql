-- One row per matter that a town referred to the department and whose answer fell due in the period; numerator 1 when it was answered
-- within five working days of the calendar. Where that day is in a year that nobody has announced yet, no answer is due yet.
with work_days as (select * from {{ ref('dim_work_days') }}),

numbered as (
    select
        referrals.*,
        work_days.work_day_number + {{ parameter('referral_answer_days') }} as due_day_number
    from {{ ref('fct_referrals') }} as referrals
    inner join work_days on {{ local_date('referrals.referred_at') }} = work_days.calendar_date
),

referrals as (
    select
        numbered.*,
        work_days.calendar_date as answer_due_date
    from numbered
    inner join work_days on numbered.due_day_number = work_days.work_day_number and work_days.is_working
),

periods as (select * from {{ ref('dim_periods') }}),

due as (
    select
        referrals.district_code,
        referrals.to_dept_code as department,
        periods.period,
        referrals.referral_no,
        case when {{ local_date('referrals.answered_at') }} <= referrals.answer_due_date then 1 else 0 end as is_answered,
        referrals.referred_at,
        referrals.landing_ref
    from referrals
    inner join periods
        on referrals.district_code = periods.district_code
        and referrals.answer_due_date between periods.start_date and periods.end_date
    where referrals.to_dept_code is not null
)

select
{{ evidence('DD06', 'department', 'referral', 'referral_no', 'is_answered', '1', 'referred_at') }}
from due
