-- One row per signal x landed row: levels that repeat for hours while the water moved, levels that jump and come back, and
-- storages in another unit. Movement only is compared, so gauges of two datums may stand side by side.
with levels as (select * from {{ ref('fct_water_levels') }} where level_m is not null),

reservoirs as (select * from {{ ref('stg_water__reservoir_readings') }}),

resent as (select distinct district_code, landing_ref from {{ ref('fct_resend_signals') }}),

limits as (
    {{ method_values(['stuck_hours', 'stuck_gap_hours', 'stuck_neighbour_m', 'stuck_storage_share', 'spike_level_m', 'volume_factor']) }}
),

ordered as (
    select
        *,
        lag(level_m) over series as before_m,
        lag(level_m, 2) over series as before_2_m,
        lead(level_m) over series as after_m,
        lead(level_m, 2) over series as after_2_m
    from levels
    window series as (partition by district_code, station_code, quantity_code order by measured_at)
),

-- a reading that was sent again with another value was looked at: it neither belongs to a run nor ends one
steady as (
    select
        levels.*,
        lag(levels.level_m) over series as before_m,
        lag(levels.measured_at) over series as before_at
    from levels
    left join resent
        on levels.district_code = resent.district_code
        and levels.landing_ref = resent.landing_ref
    where resent.landing_ref is null
    window series as (partition by levels.district_code, levels.station_code, levels.quantity_code order by levels.measured_at)
),

-- a run is one reading repeated, without a gap of hours
counted as (
    select
        steady.*,
        sum(
            case
                when
                    steady.level_m = steady.before_m
                    and {{ seconds_between('steady.before_at', 'steady.measured_at') }} <= 3600 * limits.stuck_gap_hours
                    then 0
                else 1
            end
        ) over (
            partition by steady.district_code, steady.station_code, steady.quantity_code
            order by steady.measured_at
        ) as run_number
    from steady
    cross join limits
),

runs as (
    select
        counted.district_code,
        counted.station_code,
        counted.quantity_code,
        counted.run_number,
        max(counted.river_name) as river_name,
        min(counted.measured_at) as from_at,
        max(counted.measured_at) as to_at
    from counted
    group by counted.district_code, counted.station_code, counted.quantity_code, counted.run_number
    having count(*) > 1
),

long_runs as (
    select runs.*, {{ seconds_between('runs.from_at', 'runs.to_at') }} as run_seconds
    from runs
    cross join limits
    where {{ seconds_between('runs.from_at', 'runs.to_at') }} > 3600 * limits.stuck_hours
),

rivers as (
    select district_code, quantity_code, river_name, count(distinct station_code) as station_count
    from levels
    group by district_code, quantity_code, river_name
),

-- how far the other gauges of the river moved meanwhile; all gauges where no river is named or it has no other gauge
moved as (
    select
        spans.district_code,
        spans.station_code,
        spans.quantity_code,
        spans.run_number,
        max(spans.range_m) as neighbour_m
    from (
        select
            long_runs.district_code,
            long_runs.station_code,
            long_runs.quantity_code,
            long_runs.run_number,
            others.station_code as other_code,
            max(others.level_m) - min(others.level_m) as range_m
        from long_runs
        left join rivers
            on long_runs.district_code = rivers.district_code
            and long_runs.quantity_code = rivers.quantity_code
            and long_runs.river_name = rivers.river_name
        inner join levels as others
            on long_runs.district_code = others.district_code
            and long_runs.quantity_code = others.quantity_code
            and long_runs.station_code <> others.station_code
            and others.measured_at between long_runs.from_at and long_runs.to_at
            and (coalesce(rivers.station_count, 1) = 1 or long_runs.river_name = others.river_name)
        where long_runs.quantity_code <> 'reservoir_level_m'
        group by
            long_runs.district_code, long_runs.station_code, long_runs.quantity_code, long_runs.run_number,
            others.station_code
    ) as spans
    group by spans.district_code, spans.station_code, spans.quantity_code, spans.run_number
),

-- what ran in less what ran out meanwhile, against what the reservoir held
flowed as (
    select
        long_runs.district_code,
        long_runs.station_code,
        long_runs.quantity_code,
        long_runs.run_number,
        avg(reservoirs.inflow_m3s - reservoirs.outflow_m3s) * max(long_runs.run_seconds) as net_m3,
        min(reservoirs.storage_million_m3) * 1000000 as storage_m3
    from long_runs
    inner join reservoirs
        on long_runs.district_code = reservoirs.district_code
        and long_runs.station_code = reservoirs.station_code
        and reservoirs.measured_at between long_runs.from_at and long_runs.to_at
    where long_runs.quantity_code = 'reservoir_level_m'
    group by long_runs.district_code, long_runs.station_code, long_runs.quantity_code, long_runs.run_number
),

stuck_runs as (
    select moved.district_code, moved.station_code, moved.quantity_code, moved.run_number
    from moved
    cross join limits
    where moved.neighbour_m >= limits.stuck_neighbour_m
    union all
    select flowed.district_code, flowed.station_code, flowed.quantity_code, flowed.run_number
    from flowed
    cross join limits
    where abs(flowed.net_m3) >= limits.stuck_storage_share * flowed.storage_m3
),

-- the first reading of a run was still right
stuck as (
    select
        counted.district_code,
        'stuck_value' as signal_code,
        counted.table_name,
        counted.landing_ref,
        counted.station_code as entity_id,
        concat({{ figure('counted.level_m', 3) }}, ' m for ', {{ figure('long_runs.run_seconds / 3600.0', 1) }}, ' h') as detail,
        counted.measured_at
    from counted
    inner join stuck_runs
        on counted.district_code = stuck_runs.district_code
        and counted.station_code = stuck_runs.station_code
        and counted.quantity_code = stuck_runs.quantity_code
        and counted.run_number = stuck_runs.run_number
    inner join long_runs
        on counted.district_code = long_runs.district_code
        and counted.station_code = long_runs.station_code
        and counted.quantity_code = long_runs.quantity_code
        and counted.run_number = long_runs.run_number
    where counted.measured_at > long_runs.from_at
),

neighbours as (
    select
        *,
        -- at an end of the series both neighbours lie on one side
        coalesce(before_m, after_2_m) as one_m,
        coalesce(after_m, before_2_m) as other_m
    from ordered
),

spikes as (
    select
        neighbours.district_code,
        'spike' as signal_code,
        neighbours.table_name,
        neighbours.landing_ref,
        neighbours.station_code as entity_id,
        concat(
            {{ figure('neighbours.level_m', 3) }}, ' m between ', {{ figure('neighbours.one_m', 3) }}, ' and ',
            {{ figure('neighbours.other_m', 3) }}
        ) as detail,
        neighbours.measured_at
    from neighbours
    cross join limits
    where
        abs(neighbours.level_m - neighbours.one_m) >= limits.spike_level_m
        and abs(neighbours.level_m - neighbours.other_m) >= limits.spike_level_m
        and abs(neighbours.one_m - neighbours.other_m) < limits.spike_level_m
        and (neighbours.level_m > neighbours.one_m) = (neighbours.level_m > neighbours.other_m)
),

usual as (
    select district_code, station_code, {{ median_of('storage_million_m3') }} as usual_million_m3
    from reservoirs
    where storage_million_m3 is not null
    group by district_code, station_code
),

volumes as (
    select
        reservoirs.district_code,
        'volume_unit' as signal_code,
        'st_rsvr_r' as table_name,
        reservoirs.landing_ref,
        reservoirs.station_code as entity_id,
        concat({{ figure('reservoirs.storage_million_m3', 3) }}, ' where ', {{ figure('usual.usual_million_m3', 3) }}, ' million m3 are usual') as detail,
        reservoirs.measured_at
    from reservoirs
    inner join usual
        on reservoirs.district_code = usual.district_code
        and reservoirs.station_code = usual.station_code
    cross join limits
    where usual.usual_million_m3 > 0 and reservoirs.storage_million_m3 >= limits.volume_factor * usual.usual_million_m3
),

found as (
    select * from stuck
    union all
    select * from spikes
    union all
    select * from volumes
)

-- a gate has a level above and one below in one row: one mark for both
select
    district_code,
    signal_code,
    'water' as silo,
    table_name,
    landing_ref,
    min(entity_id) as entity_id,
    min(detail) as detail,
    min({{ local_date('measured_at') }}) as seen_date
from found
group by district_code, signal_code, table_name, landing_ref
