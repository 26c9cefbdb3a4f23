-- One row per matter that the town referred to a department and that was to be settled in the period; numerator 1 when it was
-- settled by then, whatever the outcome. Where a town referred nothing there is nothing to count (M2).
with referrals as ({{ rows_of_periods('fct_referrals', 'due_at') }})

select
{{ evidence('H102', 'town_id', 'referral', 'referral_no', 'case when resolved_at <= due_at then 1 else 0 end', '1', 'due_at') }}
from referrals
