-- One row per red, orange or yellow warning sent to a department in the period; numerator 1 when it was acknowledged within the
-- minutes of its colour.
with deliveries as (
    {{ rows_of_periods('fct_warning_deliveries', 'sent_at', "facts.recipient_code = 'department' and facts.colour_code in ('red', 'orange', 'yellow')", unit='department') }}
),

judged as (
    select
        *,
        case
            when ack_seconds between 0 and 60 * case colour_code
                when 'red' then {{ parameter('ack_minutes_red') }}
                when 'orange' then {{ parameter('ack_minutes_orange') }}
                else {{ parameter('ack_minutes_yellow') }}
            end then 1
            else 0
        end as is_acknowledged
    from deliveries
)

select
{{ evidence('DB01', 'department', 'warning_delivery', 'delivery_no', 'is_acknowledged', '1', 'sent_at') }}
from judged
