-- One row per post of a station x period in which it stood on the last day.
with posts as (select * from {{ ref('fct_station_posts') }} where town_id is not null),

periods as (select * from {{ ref('dim_periods') }})

select
    posts.district_code,
    posts.town_id,
    periods.period,
    posts.post_no,
    posts.is_quota_post,
    periods.end_date,
    posts.landing_ref
from posts
inner join periods
    on posts.district_code = periods.district_code
    and (posts.created_date is null or posts.created_date <= periods.end_date)
    and (posts.abolished_date is null or posts.abolished_date > periods.end_date)
