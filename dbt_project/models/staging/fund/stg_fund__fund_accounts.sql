-- One row per account number x month: the newest accepted version of fund accounts by month.
with rows_in as ({{ newest_accepted('fund__fund_accounts', ['account_no', 'report_month']) }})

select
    district_code,
    account_no,
    account_name,
    report_month,
    opening_yuan,
    income_yuan,
    expense_yuan,
    closing_yuan,
    landing_ref
from rows_in
