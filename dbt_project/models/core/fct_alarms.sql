-- One row per alarm. Alarms of one device and kind within the dedup time are one alarm: the later ones are repeats.
with alarms as (select * from {{ ref('stg_towers__alarms') }}),

devices as (select * from {{ ref('dim_devices') }}),

causes as (select * from {{ ref('ref_words') }} where list_code = 'alarm_cause'),

dedup as (select value from {{ ref('method_parameters') }} where parameter_code = 'alarm_dedup_minutes'),

sla as (select value from {{ ref('method_parameters') }} where parameter_code = 'alarm_close_hours'),

ordered as (
    select
        alarms.*,
        lag(alarms.raised_at) over (
            partition by alarms.district_code, alarms.device_id, alarms.alarm_type
            order by alarms.raised_at, alarms.alarm_id
        ) as previous_raised_at
    from alarms
)

select
    ordered.district_code,
    'A' || ordered.alarm_id as alarm_id,
    'TT-' || ordered.device_id as device_id,
    devices.town_id,
    ordered.alarm_type,
    coalesce(causes.meaning_code, 'unknown') as cause_code,
    coalesce(causes.meaning_code, 'unknown') = 'test' as is_test,
    coalesce(
        {{ seconds_between('ordered.previous_raised_at', 'ordered.raised_at') }} <= 60 * dedup.value,
        false
    ) as is_repeat,
    coalesce(ordered.close_at < ordered.raised_at, false) as is_closed_before_raised,
    coalesce(
        ordered.close_at >= ordered.raised_at
        and {{ seconds_between('ordered.raised_at', 'ordered.close_at') }} <= 3600 * sla.value,
        false
    ) as is_closed_in_time,
    ordered.raised_at,
    ordered.raised_at + interval '1' hour * cast(sla.value as integer) as due_at,
    ordered.ack_at,
    ordered.close_at,
    ordered.landing_ref
from ordered
cross join dedup
cross join sla
left join devices
    on ordered.district_code = devices.district_code and 'TT-' || ordered.device_id = devices.device_id
left join causes on ordered.cause_word = causes.word
