-- A resolved mention names a division of that day, and today's unless a successor is still to be decided.
select mention_id, division_code_then, division_code_today, today_verdict
from {{ ref('fct_division_mentions') }}
where (verdict = 'resolved' and (division_code_then is null or (division_code_today is null and today_verdict <> 'review')))
    or (verdict <> 'resolved' and division_code_then is not null)
