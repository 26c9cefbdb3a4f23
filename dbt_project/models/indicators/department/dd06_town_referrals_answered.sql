-- One row per matter that a town referred to the department and whose answer fell due in the period; numerator 1 when it was answered
-- within five working days.
with referrals as (
    select
        *,
        {{ add_working_days(local_date('referred_at'), parameter('referral_answer_days')) }} as answer_due_date
    from {{ ref('fct_referrals') }}
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
