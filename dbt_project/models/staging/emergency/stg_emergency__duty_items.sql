-- One row per duty of a post: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__duty_items', ['item_no']) }}
)

select
    district_code,
    item_no,
    post_no,
    duty_text,
    legal_basis_name,
    person_no,
    signed_date,
    {{ as_sent('signed_date') }} as signed_date_text,
    reviewed_date,
    {{ as_sent('reviewed_date') }} as reviewed_date_text,
    landing_ref
from landed
