-- One row per policy number: the newest accepted version of insurance of civil teams.
with rows_in as ({{ newest_accepted('civil__team_insurances', ['policy_no']) }})

select
    district_code,
    policy_no,
    team_no,
    insured_count,
    {{ as_sent('insured_count') }} as insured_count_text,
    insured_count_read_how,
    amount_wan,
    {{ as_sent('amount_wan') }} as amount_wan_text,
    amount_wan_read_how,
    from_date,
    to_date,
    landing_ref
from rows_in
