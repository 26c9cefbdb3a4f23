-- One row per duty on the list of a post: who signed it, and when.
with duties as (select * from {{ ref('stg_emergency__duty_items') }})

select
    district_code,
    item_no,
    post_no,
    person_no,
    signed_date,
    reviewed_date,
    landing_ref
from duties
