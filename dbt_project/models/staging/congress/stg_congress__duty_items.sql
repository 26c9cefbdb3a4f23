-- One row per item of a list: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__duty_items', ['item_no']) }})

select
    district_code,
    item_no,
    list_word,
    unit_word,
    org_name,
    post_name,
    duty_text,
    basis_text,
    published_date,
    revised_date,
    landing_ref
from rows_in
