-- One row per post of a station at period end; numerator 1 when it has a list of duties and every one was signed by then.
with posts as (select * from {{ ref('int_station_posts') }}),

duties as (select * from {{ ref('fct_post_duties') }}),

listed as (
    select
        posts.district_code,
        posts.town_id,
        posts.period,
        posts.post_no,
        count(duties.item_no) as duty_count,
        sum(case when duties.signed_date <= posts.end_date then 1 else 0 end) as signed_count,
        max(duties.signed_date) as signed_date,
        coalesce(min(duties.landing_ref), min(posts.landing_ref)) as landing_ref
    from posts
    left join duties on posts.district_code = duties.district_code and posts.post_no = duties.post_no
    group by posts.district_code, posts.town_id, posts.period, posts.post_no
)

select
{{ evidence('A201', 'town_id', 'post', 'post_no', 'case when duty_count > 0 and signed_count = duty_count then 1 else 0 end', '1', 'signed_date') }}
from listed
