-- One row per account of the emergency platform. Accounts of the district and of departments have no town.
with accounts as ({{ rows_of_towns('stg_emergency__platform_accounts', 'LOCAL') }})

select
    district_code,
    account_no,
    town_id,
    account_level_word,
    issued_date,
    closed_date,
    landing_ref
from accounts
