-- One row per policy number: the newest accepted version of insurance of civil teams.
with rows_in as ({{ newest_accepted('civil__team_insurances', ['policy_no']) }})

select
    district_code,
    policy_no,
    team_no,
    insured_count,
    insured_count_read_how,
    amount_wan,
    from_date,
    to_date,
    landing_ref
from rows_in
