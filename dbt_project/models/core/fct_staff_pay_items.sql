-- One row per person on the bureau's staff list x month x item of pay: due and paid.
with items as (select * from {{ ref('stg_emergency__pay_items') }}),

profiles as (select * from {{ ref('fct_staff_profiles') }})

select
    items.district_code,
    items.pay_no,
    profiles.person_id,
    items.pay_kind_word,
    items.due_yuan,
    items.paid_yuan,
    items.pay_month_date,
    items.paid_date,
    items.landing_ref
from items
left join profiles
    on items.district_code = profiles.district_code
    and items.person_no = profiles.person_no
