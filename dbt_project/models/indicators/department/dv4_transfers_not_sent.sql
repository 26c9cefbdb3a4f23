-- One row per case whose transfer to the police was approved and that had not gone by period end, though its time was up.
with transfers as (select * from {{ ref('fct_case_transfers') }} where department is not null),

periods as (select * from {{ ref('dim_periods') }}),

kept as (
    select
        transfers.*,
        periods.period
    from transfers
    inner join periods
        on transfers.district_code = periods.district_code
        and transfers.send_due_date <= periods.end_date
    where not transfers.is_sent or transfers.sent_date > periods.end_date
)

select
{{ evidence('DV4', 'department', 'case_transfer', 'transfer_no', '1', '0', 'send_due_date') }}
from kept
