-- One row per person, pay item and quarter: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__pay_items', ['period', 'staff_no', 'item_word']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    staff_no,
    {{ person_forms('person_name') }},
    person_name_mask,
    item_word,
    due_yuan,
    due_yuan_read_how,
    paid_yuan,
    paid_yuan_read_how,
    due_date,
    paid_date,
    town_read_how,
    landing_ref
from rows_in
