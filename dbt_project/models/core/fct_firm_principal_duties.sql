-- One row per firm x quarter: when the principal last did each of the seven duties.
with rows_in as ({{ rows_of_firms('stg_firms__principal_duties') }})

select
    district_code,
    enterprise_no || '-' || quarter_code as report_id,
    enterprise_id,
    quarter_code,
    {%- for n in range(1, 8) %}
    duty_{{ n }}_date,
    {%- endfor %}
    submitted_at,
    landing_ref
from rows_in
