-- One row per person x month x item: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__pay_items', ['pay_no']) }}
)

select
    district_code,
    pay_no,
    person_no,
    pay_month_date,
    pay_kind_word,
    due_yuan,
    paid_yuan,
    paid_date,
    {{ as_sent('paid_date') }} as paid_date_text,
    landing_ref
from landed
