-- One row per person, kind of work and month: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__timesheets', ['staff_no', 'work_word', 'report_month']) }})

select
    district_code,
    report_month,
    town_code,
    town_name,
    staff_no,
    {{ person_forms('person_name') }},
    person_name_mask,
    work_word,
    is_diverted,
    work_hours,
    town_read_how,
    landing_ref
from rows_in
