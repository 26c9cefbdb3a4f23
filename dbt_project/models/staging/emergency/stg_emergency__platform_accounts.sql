-- One row per account: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__platform_accounts', ['account_no']) }}
)

select
    district_code,
    account_no,
    person_no,
    account_level_word,
    town_code,
    town_name,
    town_read_how,
    village_code,
    dept_code,
    issued_date,
    closed_date,
    {{ as_sent('closed_date') }} as closed_date_text,
    landing_ref
from landed
