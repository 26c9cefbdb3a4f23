-- One row per case whose transfer to the police was approved: whether it went, and with all five papers. A day of sending that nobody can
-- read, or a receipt of the police, proves that it went, not when.
with transfers as (select * from {{ ref('stg_enforcement__transfer_cases') }}),

departments as (select * from {{ ref('dim_departments') }} where silo = 'enforcement')

select
    transfers.district_code,
    transfers.transfer_no,
    transfers.case_no,
    departments.department,
    transfers.approved_date,
    {{ add_days('transfers.approved_date', parameter('transfer_send_days')) }} as send_due_date,
    transfers.sent_date,
    transfers.sent_date is not null or transfers.sent_date_text is not null or transfers.receipt_no is not null as is_sent,
    coalesce(
        transfers.has_letter and transfers.has_report and transfers.has_goods_list and transfers.has_expert_opinion and transfers.has_other,
        false
    ) as has_all_papers,
    transfers.landing_ref
from transfers
left join departments on transfers.district_code = departments.district_code
