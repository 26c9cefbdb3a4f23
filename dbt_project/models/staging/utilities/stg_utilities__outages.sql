-- One row per outage number: the newest accepted version of outages.
with rows_in as ({{ newest_accepted('utilities__outages', ['outage_no']) }})

select
    district_code,
    outage_no,
    kind_word,
    is_planned,
    town_name,
    area,
    called_at,
    crew_arrived_at,
    started_at,
    restored_at,
    customer_count,
    cause_word,
    town_read_how,
    landing_ref
from rows_in
