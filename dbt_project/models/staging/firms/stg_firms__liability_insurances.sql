-- One row per policy number: the newest accepted version of work-safety liability insurance.
with rows_in as ({{ newest_accepted('firms__liability_insurances', ['policy_no']) }})

select
    district_code,
    policy_no,
    enterprise_no,
    insurer_name,
    insured_count,
    {{ as_sent('insured_count') }} as insured_count_text,
    insured_count_read_how,
    insured_amount_wan,
    {{ as_sent('insured_amount_wan') }} as insured_amount_wan_text,
    insured_amount_wan_read_how,
    from_date,
    to_date,
    landing_ref
from rows_in
