-- One row per matter that a town referred to a department.
with referrals as ({{ rows_of_towns('stg_emergency__referrals', 'LOCAL', on_date=local_date('rows_in.referred_at')) }})

select
    district_code,
    referral_no,
    hazard_no,
    town_id,
    to_dept_code,
    result_word,
    referred_at,
    accepted_at,
    due_at,
    answered_at,
    resolved_at,
    landing_ref
from referrals
