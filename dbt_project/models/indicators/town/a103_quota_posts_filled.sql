-- One row per quota post of a station at period end; numerator 1 when a member of the quota holds it on that day.
with posts as (select * from {{ ref('int_station_posts') }} where is_quota_post),

assignments as (select * from {{ ref('fct_post_assignments') }} where is_quota_staff),

judged as (
    select
        posts.district_code,
        posts.town_id,
        posts.period,
        posts.post_no,
        max(case when assignments.assignment_no is not null then 1 else 0 end) as is_filled,
        min(assignments.valid_from_date) as valid_from_date,
        coalesce(min(assignments.landing_ref), min(posts.landing_ref)) as landing_ref
    from posts
    left join assignments
        on posts.district_code = assignments.district_code
        and posts.post_no = assignments.post_no
        and assignments.valid_from_date <= posts.end_date
        and (assignments.valid_to_date is null or assignments.valid_to_date > posts.end_date)
    group by posts.district_code, posts.town_id, posts.period, posts.post_no
)

select
{{ evidence('A103', 'town_id', 'post', 'post_no', 'is_filled', '1', 'valid_from_date') }}
from judged
