-- One row per signal x landed row: feeds whose clock is eight hours off. Acts of people on duty (tests of alarms, courses
-- assigned, skills examined) fall into duty hours; where most of a feed's acts of a quarter do not, and nearly all would
-- eight hours earlier or later, those outside are marked. Then dates between 00:00 and 08:00 are wrong too.
with tower_alarms as (select * from {{ ref('fct_alarms') }} where is_test),

fire_alarms as (select * from {{ ref('stg_fire__iot_alarms') }}),

enrolments as (select * from {{ ref('stg_training__enrolments') }}),

skill_tests as (select * from {{ ref('stg_training__skill_tests') }}),

causes as (select * from {{ ref('ref_words') }} where list_code = 'alarm_cause' and meaning_code = 'test'),

limits as ({{ method_values(['duty_from_hour', 'duty_to_hour', 'duty_least_count']) }}),

acts as (
    select district_code, 'towers' as silo, 'alarms' as table_name, alarm_id as entity_id, raised_at as acted_at, landing_ref from tower_alarms
    union all
    select fire_alarms.district_code, 'fire', 'iot_alarms', fire_alarms.alarm_no, fire_alarms.raised_at, fire_alarms.landing_ref
    from fire_alarms
    inner join causes on fire_alarms.cause_word = causes.word
    union all
    select district_code, 'training', 'enrolments', enrolment_id, assigned_at, landing_ref from enrolments
    union all
    select district_code, 'training', 'skill_tests', test_id, tested_at, landing_ref from skill_tests
),

told as (
    select
        *,
        {{ quarter_of(local_date('acted_at')) }} as period,
        hour({{ local_clock('acted_at') }}) as act_hour,
        hour({{ local_clock('acted_at') }} - interval '8' hour) as earlier_hour,
        hour({{ local_clock('acted_at') }} + interval '8' hour) as later_hour
    from acts
    where acted_at is not null
),

judged as (
    select
        told.*,
        case when told.act_hour >= limits.duty_from_hour and told.act_hour < limits.duty_to_hour then 1 else 0 end as is_on_duty,
        case when told.earlier_hour >= limits.duty_from_hour and told.earlier_hour < limits.duty_to_hour then 1 else 0 end as is_earlier,
        case when told.later_hour >= limits.duty_from_hour and told.later_hour < limits.duty_to_hour then 1 else 0 end as is_later
    from told
    cross join limits
),

feeds as (
    select
        district_code,
        silo,
        table_name,
        period,
        count(*) as act_count,
        sum(is_on_duty) as duty_count,
        sum(is_earlier) as earlier_count,
        sum(is_later) as later_count
    from judged
    group by district_code, silo, table_name, period
),

shifted as (
    select
        feeds.*,
        case when feeds.earlier_count >= feeds.later_count then 'eight hours late' else 'eight hours early' end as told_how
    from feeds
    cross join limits
    where
        feeds.act_count >= limits.duty_least_count
        and 2 * feeds.duty_count < feeds.act_count
        and 10 * greatest(feeds.earlier_count, feeds.later_count) >= 9 * feeds.act_count
)

select
    judged.district_code,
    'clock_shifted' as signal_code,
    judged.silo,
    judged.table_name,
    judged.landing_ref,
    judged.entity_id,
    concat(shifted.told_how, ': ', substring(cast({{ local_clock('judged.acted_at') }} as string), 12, 5)) as detail,
    {{ local_date('judged.acted_at') }} as seen_date
from judged
inner join shifted
    on judged.district_code = shifted.district_code
    and judged.silo = shifted.silo
    and judged.table_name = shifted.table_name
    and judged.period = shifted.period
where judged.is_on_duty = 0
