-- One row per rated firm; numerator 1 when its grade is A or B. Firms without a rating are no denominator.
with ratings as (select * from {{ ref('enterprise_rating_grades') }})

select
{{ evidence('H201', 'town_id', 'enterprise', 'enterprise_id', "case when grade in ('A', 'B') then 1 else 0 end", '1') }}
from ratings
where rating_status = 'rated' and town_id is not null
