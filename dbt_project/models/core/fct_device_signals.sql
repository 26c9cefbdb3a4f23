-- One row per signal x landed row: devices that are online and silent, that were replaced under the old number, alarms in
-- storms, and test alarms that nobody marked as tests.
with days as (select * from {{ ref('fct_device_days') }} where is_silent),

tower_alarms as (select * from {{ ref('fct_alarms') }}),

fire_devices as (select * from {{ ref('stg_fire__iot_devices') }}),

fire_alarms as (select * from {{ ref('stg_fire__iot_alarms') }}),

causes as (select * from {{ ref('ref_words') }} where list_code = 'alarm_cause' and meaning_code = 'test'),

online_words as (select * from {{ ref('ref_words') }} where list_code = 'device_status' and meaning_code = 'online'),

limits as ({{ method_values(['device_silent_hours', 'alarm_dedup_minutes', 'alarm_storm_count']) }}),

-- the register itself says until when it has heard of anything
newest as (select district_code, max(last_heard_at) as known_at from fire_devices group by district_code),

silent_days as (
    select
        district_code,
        'online_silent' as signal_code,
        'towers' as silo,
        'heartbeats' as table_name,
        landing_ref,
        device_id as entity_id,
        concat('heartbeats ', cast(received_count as string), ', no data') as detail,
        day_date as seen_date
    from days
),

silent_devices as (
    select
        fire_devices.district_code,
        'online_silent' as signal_code,
        'fire' as silo,
        'iot_devices' as table_name,
        fire_devices.landing_ref,
        concat('XF-', fire_devices.device_no) as entity_id,
        concat(
            'online, unheard of for ',
            {{ figure(seconds_between('fire_devices.last_heard_at', 'newest.known_at') ~ ' / 3600.0', 0) }}, ' h'
        ) as detail,
        {{ local_date('fire_devices.last_heard_at') }} as seen_date
    from fire_devices
    inner join newest on fire_devices.district_code = newest.district_code
    inner join online_words on fire_devices.device_status_word = online_words.word
    cross join limits
    where {{ seconds_between('fire_devices.last_heard_at', 'newest.known_at') }} > 3600 * limits.device_silent_hours
),

-- one number, two devices: what came before the day is the old one's
replaced as (
    select
        district_code,
        'replaced_same_number' as signal_code,
        'fire' as silo,
        'iot_devices' as table_name,
        landing_ref,
        concat('XF-', device_no) as entity_id,
        concat('replaced ', coalesce(cast(replaced_date as string), 'on a day that cannot be read')) as detail,
        coalesce(replaced_date, {{ local_date('last_heard_at') }}) as seen_date
    from fire_devices
    where replaced_date is not null or replaced_date_read_how in ('ambiguous_date', 'impossible_date', 'unread')
),

alarms as (
    select
        district_code, 'towers' as silo, 'alarms' as table_name, alarm_id, device_id, alarm_type, is_test,
        -- towers have no flag for tests: the cause is all there is
        false as is_marked_test, raised_at, landing_ref
    from tower_alarms
    union all
    select
        fire_alarms.district_code, 'fire', 'iot_alarms', fire_alarms.alarm_no, concat('XF-', fire_alarms.device_no),
        fire_alarms.alarm_kind_word, causes.word is not null, coalesce(fire_alarms.is_test, false),
        fire_alarms.raised_at, fire_alarms.landing_ref
    from fire_alarms
    left join causes on fire_alarms.cause_word = causes.word
),

tests as (
    select
        district_code,
        'unmarked_test_alarm' as signal_code,
        silo,
        table_name,
        landing_ref,
        device_id as entity_id,
        concat('test at ', substring(cast({{ local_clock('raised_at') }} as string), 12, 5)) as detail,
        {{ local_date('raised_at') }} as seen_date
    from alarms
    where is_test and not is_marked_test
),

ordered as (
    select
        alarms.*,
        case
            when {{ seconds_between('lag(alarms.raised_at) over series', 'alarms.raised_at') }} <= 60 * limits.alarm_dedup_minutes then 0
            else 1
        end as begins_run
    from alarms
    cross join limits
    where not alarms.is_marked_test
    window series as (
        partition by alarms.district_code, alarms.silo, alarms.device_id, alarms.alarm_type
        order by alarms.raised_at, alarms.alarm_id
    )
),

numbered as (
    select
        *,
        sum(begins_run) over (
            partition by district_code, silo, device_id, alarm_type order by raised_at, alarm_id
        ) as run_number
    from ordered
),

sized as (
    select
        *,
        count(*) over (partition by district_code, silo, device_id, alarm_type, run_number) as run_count
    from numbered
),

-- the first alarm of a storm is the alarm; the others repeat it
storms as (
    select
        sized.district_code,
        'alarm_storm' as signal_code,
        sized.silo,
        sized.table_name,
        sized.landing_ref,
        sized.device_id as entity_id,
        concat(cast(sized.run_count as string), ' alarms in one run') as detail,
        {{ local_date('sized.raised_at') }} as seen_date
    from sized
    cross join limits
    where sized.run_count >= limits.alarm_storm_count and sized.begins_run = 0
)

select * from silent_days
union all
select * from silent_devices
union all
select * from replaced
union all
select * from tests
union all
select * from storms
