-- One row per case of a firm handed to the police as a suspected crime, and what the police made of it.
with transfers as ({{ rows_of_firms('stg_enforcement__transfer_cases', silo='enforcement', number='firm_no') }})

select
    district_code,
    transfer_no,
    enterprise_id,
    coalesce(sent_date, approved_date) as transferred_date,
    coalesce(result_word = '不予立案', false) as is_refused,
    result_date,
    landing_ref
from transfers
