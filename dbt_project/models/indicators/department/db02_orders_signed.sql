-- One row per order of the bureau to a department in the period; numerator 1 when it was signed within ten minutes.
with orders as ({{ rows_of_periods('fct_dispatch_orders', 'issued_at', unit='department') }}),

judged as (
    select
        *,
        case when sign_seconds between 0 and 60 * {{ parameter('order_sign_minutes') }} then 1 else 0 end as is_in_time
    from orders
)

select
{{ evidence('DB02', 'department', 'dispatch_order', 'order_no', 'is_in_time', '1', 'issued_at') }}
from judged
