-- One row per orange or red warning sent to a town or village in the period; numerator 1 when it was acknowledged in time.
with deliveries as (
    {{ rows_of_periods('fct_warning_deliveries', 'sent_at', "facts.colour_code in ('orange', 'red') and facts.recipient_code in ('town', 'village')") }}
),

judged as (
    select
        *,
        case when ack_seconds between 0 and 60 * {{ parameter('warning_ack_minutes') }} then 1 else 0 end as is_acknowledged
    from deliveries
)

select
{{ evidence('D201', 'town_id', 'warning_delivery', 'delivery_no', 'is_acknowledged', '1', 'sent_at') }}
from judged
