-- One row per red warning of the period that nobody at the town's desk ever acknowledged, by any channel.
with deliveries as (
    {{ rows_of_periods('fct_warning_deliveries', 'sent_at', "facts.colour_code = 'red' and facts.recipient_code = 'town'") }}
),

unanswered as (
    select district_code, town_id, period, signal_no, min(sent_at) as sent_at, min(landing_ref) as landing_ref
    from deliveries
    group by district_code, town_id, period, signal_no
    having count(acked_at) = 0
)

select
{{ evidence('V07', 'town_id', 'warning_signal', 'signal_no', '1', '0', 'sent_at') }}
from unanswered
