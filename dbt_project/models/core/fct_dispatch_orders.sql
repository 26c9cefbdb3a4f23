-- One row per order of the bureau to a town or a department, with the seconds until it was signed.
with orders as (select * from {{ ref('stg_emergency__dispatch_orders') }})

select
    district_code,
    order_no,
    incident_no,
    dept_code as department,
    {{ seconds_between('issued_at', 'signed_at') }} as sign_seconds,
    issued_at,
    signed_at,
    done_at,
    landing_ref
from orders
