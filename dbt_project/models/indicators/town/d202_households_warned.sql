-- One row per warning sent to a village in the period: vulnerable households to be told (denominator) and told, never more.
with deliveries as (
    {{ rows_of_periods('fct_warning_deliveries', 'sent_at', "facts.recipient_code = 'village' and facts.target_count > 0") }}
)

select
{{ evidence('D202', 'town_id', 'warning_delivery', 'delivery_no', 'least(coalesce(delivered_count, 0), target_count)', 'target_count', 'sent_at') }}
from deliveries
