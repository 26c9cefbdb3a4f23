-- One row per item of a duty list: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__responsibility_items', ['item_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    item_no,
    list_word,
    post_word,
    duty_text,
    basis_text,
    published_date,
    town_read_how,
    landing_ref
from rows_in
