-- One row per person x post of a station x spell.
with assignments as (select * from {{ ref('stg_emergency__post_assignments') }})

select
    district_code,
    assignment_no,
    post_no,
    person_no,
    is_quota_staff,
    valid_from_date,
    valid_to_date,
    landing_ref
from assignments
