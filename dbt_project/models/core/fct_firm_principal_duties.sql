-- One row per firm x quarter: when the principal last did each of the seven duties.
with rows_in as ({{ rows_of_firms('stg_firms__principal_duties') }})

select
    district_code,
    enterprise_no || '-' || quarter_code as report_id,
    enterprise_id,
    quarter_code,
    duty_1_date,
    duty_2_date,
    duty_3_date,
    duty_4_date,
    duty_5_date,
    duty_6_date,
    duty_7_date,
    submitted_at,
    landing_ref
from rows_in
