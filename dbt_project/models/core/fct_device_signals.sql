-- One row per signal x landed row: what heartbeats and alarms show only when several of them are seen together.
with days as (select * from {{ ref('fct_device_days') }}),

silent as (
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
    where is_silent
)

select * from silent
