-- One row per receipt by which the police took a transferred case: with how many papers, when they answered and what.
with receipts as (select * from {{ ref('stg_police__transfer_receipts') }})

select
    district_code,
    receipt_no,
    case_no,
    case
        when result_word = '立案' then 'FILED'
        when result_word = '不予立案' then 'NOT_FILED'
        when result_word is not null then 'MORE_PAPERS'
        else null
    end as result_code,
    document_count,
    received_at,
    reviewed_at,
    objection_at,
    landing_ref
from receipts
