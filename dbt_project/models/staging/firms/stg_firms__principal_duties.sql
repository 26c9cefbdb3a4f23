-- One row per enterprise number x quarter: the newest accepted version of principal's seven statutory duties.
with rows_in as ({{ newest_accepted('firms__principal_duties', ['enterprise_no', 'quarter_code']) }})

select
    district_code,
    enterprise_no,
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
