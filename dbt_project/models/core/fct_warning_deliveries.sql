-- One row per warning signal x recipient, as the weather office delivered it, with the colour of the signal and the department that was
-- to answer, where it is one.
with deliveries as (
    {{ rows_of_towns('stg_weather__warning_deliveries', 'NBS', on_date=local_date('rows_in.sent_at')) }}
),

recipients as (select * from {{ ref('stg_weather__warning_recipients') }}),

signals as (select * from {{ ref('stg_weather__warning_signals') }}),

words as (select * from {{ ref('map_words') }} where list_code = 'warning_colour')

select
    deliveries.district_code,
    deliveries.delivery_no,
    deliveries.signal_no,
    deliveries.town_id,
    case deliveries.recipient_kind_word
        when '镇街' then 'town'
        when '村社' then 'village'
        when '区级部门' then 'department'
        else 'other'
    end as recipient_code,
    recipients.dept_code as department,
    words.meaning_code as colour_code,
    deliveries.target_count,
    deliveries.delivered_count,
    {{ seconds_between('deliveries.sent_at', 'deliveries.acked_at') }} as ack_seconds,
    deliveries.sent_at,
    deliveries.acked_at,
    deliveries.landing_ref
from deliveries
left join signals
    on deliveries.district_code = signals.district_code
    and deliveries.signal_no = signals.signal_no
left join recipients
    on deliveries.district_code = recipients.district_code
    and deliveries.recipient_no = recipients.recipient_no
left join words
    on signals.colour_word = words.word
    and {{ local_date('signals.issued_at') }} >= words.valid_from_date
    and {{ local_date('signals.issued_at') }} <= words.valid_to_date
