-- One row per post of an emergency station, with its life.
with posts as ({{ rows_of_stations('stg_emergency__posts') }})

select
    district_code,
    post_no,
    town_id,
    station_no,
    post_word,
    is_quota_post,
    created_date,
    abolished_date,
    landing_ref
from posts
