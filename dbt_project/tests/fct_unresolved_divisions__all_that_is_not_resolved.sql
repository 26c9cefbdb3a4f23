-- What is not resolved is a review case with a reason: nothing falls between.
select mentions.mention_id, mentions.verdict, mentions.why_code
from {{ ref('fct_division_mentions') }} as mentions
left join {{ ref('fct_unresolved_divisions') }} as cases on mentions.mention_id = cases.mention_id
where mentions.verdict <> 'resolved' and cases.mention_id is null
