-- One row per signal x landed row: ten-minute rain that the gauge's own running total does not bear out (a spike, or tenths of
-- a millimetre), and day totals below the sum of their parts. A dry gauge repeats 0 and is not stuck; a sum below its day's
-- total proves nothing, because no row means no rain.
with feed as (select * from {{ ref('stg_weather__rain_10min') }} where rain_since_20_mm is not null),

days as (select * from {{ ref('fct_daily_rain') }} where boundary_code in ('08-08', '20-20')),

limits as ({{ method_values(['spike_rain_mm']) }}),

dated as (
    select
        *,
        -- the running total begins anew after 20:00
        cast({{ local_clock('observed_at') }} + interval '4' hour - interval '1' second as date) as total_date
    from feed
),

grown as (
    select
        *,
        rain_since_20_mm - coalesce(
            lag(rain_since_20_mm) over (
                partition by district_code, station_no, total_date order by observed_at
            ), 0
        ) as grown_mm
    from dated
),

unborne as (
    select
        grown.district_code,
        -- exactly ten times what the total grew by: tenths of a millimetre
        case when grown.rain_mm = 10 * grown.grown_mm then 'tenth_unit' else 'spike' end as signal_code,
        'weather' as silo,
        'rain_10min' as table_name,
        grown.landing_ref,
        grown.station_no as entity_id,
        concat({{ figure('grown.rain_mm', 1) }}, ' mm where the total grew by ', {{ figure('grown.grown_mm', 1) }}) as detail,
        {{ local_date('grown.observed_at') }} as seen_date
    from grown
    cross join limits
    where
        grown.rain_mm > grown.grown_mm
        and (
            (grown.grown_mm > 0 and grown.rain_mm = 10 * grown.grown_mm)
            or grown.rain_mm - grown.grown_mm >= limits.spike_rain_mm
        )
),

reported as (select * from days where rain_kind = 'reported' and rain_mm is not null),

summed as (select * from days where rain_kind = 'summed'),

totals as (
    select
        reported.district_code,
        'day_total_short' as signal_code,
        reported.silo,
        case when reported.silo = 'water' then 'st_pptn_r' else 'daily_rain' end as table_name,
        reported.landing_ref,
        reported.station_code as entity_id,
        concat({{ figure('reported.rain_mm', 1) }}, ' mm, parts ', {{ figure('summed.rain_mm', 1) }}, ' (', reported.boundary_code, ')') as detail,
        reported.rain_date as seen_date
    from reported
    inner join summed
        on reported.district_code = summed.district_code
        and reported.silo = summed.silo
        and reported.station_code = summed.station_code
        and reported.boundary_code = summed.boundary_code
        and reported.rain_date = summed.rain_date
    where summed.rain_mm > reported.rain_mm
)

select * from unborne
union all
select * from totals
