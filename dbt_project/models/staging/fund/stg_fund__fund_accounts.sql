-- One row per account number x month: the newest accepted version of fund accounts by month.
with rows_in as ({{ newest_accepted('fund__fund_accounts', ['account_no', 'report_month']) }})

select
    district_code,
    account_no,
    account_name,
    report_month,
    opening_yuan,
    {{ as_sent('opening_yuan') }} as opening_yuan_text,
    opening_yuan_read_how,
    income_yuan,
    {{ as_sent('income_yuan') }} as income_yuan_text,
    income_yuan_read_how,
    expense_yuan,
    {{ as_sent('expense_yuan') }} as expense_yuan_text,
    expense_yuan_read_how,
    closing_yuan,
    {{ as_sent('closing_yuan') }} as closing_yuan_text,
    closing_yuan_read_how,
    landing_ref
from rows_in
