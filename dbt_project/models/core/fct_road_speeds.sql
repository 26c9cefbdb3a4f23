{{ config(tags=['linkage_input']) }}
-- One row per period x scenario x road segment: whether rescue vehicles may use it, how fast, and why. The speed is that of the class
-- in the scenario, or the segment's own where that is lower. What is not known carries nobody: it never makes anybody faster.
with segments as (select * from {{ ref('fct_road_segments') }}),

closures as (select * from {{ ref('stg_traffic__road_closures') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'road_class'),

scenarios as (select * from {{ ref('method_road_scenarios') }} where method_version = '{{ var("method_version") }}'),

speeds as (select * from {{ ref('method_road_speeds') }} where method_version = '{{ var("method_version") }}'),

periods as (select * from {{ ref('dim_periods') }}),

-- in force when the period ends; one that does not say how far it goes is a full one
closed as (
    select
        closures.district_code,
        closures.segment_no,
        periods.period,
        max(case when coalesce(closures.is_full_closure, true) then 1 else 0 end) as is_full
    from closures
    inner join periods
        on closures.district_code = periods.district_code
        and closures.closed_at < periods.end_before_at
        and (closures.reopened_at is null or closures.reopened_at >= periods.end_before_at)
    group by closures.district_code, closures.segment_no, periods.period
),

ruled as (
    select
        segments.district_code,
        periods.period,
        scenarios.scenario_code,
        segments.segment_no,
        words.meaning_code as class_code,
        speeds.speed_kmh as rule_kmh,
        segments.speed_kmh as stated_kmh,
        case
            when speeds.class_code is null then 'unknown_class'
            when not speeds.is_for_vehicles then 'not_for_vehicles'
            when segments.speed_kmh <= 0 then 'zero_speed'
            when scenarios.is_shut_where_flood_prone and coalesce(segments.is_flood_prone, false) then 'flooded'
            when scenarios.is_shut_by_closures and closed.is_full = 1 then 'closed'
            when scenarios.is_shut_by_closures and closed.is_full = 0 then 'narrowed'
            else 'open'
        end as speed_status,
        segments.landing_ref
    from segments
    inner join periods on segments.district_code = periods.district_code
    inner join scenarios on {{ last_day() }} between scenarios.effective_from and scenarios.effective_to
    left join words
        on segments.road_class_word = words.word
        and periods.end_date between words.effective_from and words.effective_to
    left join speeds
        on words.meaning_code = speeds.class_code
        and scenarios.scenario_code = speeds.scenario_code
        and {{ last_day() }} between speeds.effective_from and speeds.effective_to
    left join closed
        on segments.district_code = closed.district_code
        and segments.segment_no = closed.segment_no
        and periods.period = closed.period
)

select
    district_code,
    period,
    scenario_code,
    segment_no,
    class_code,
    speed_status,
    cast(case
        when speed_status = 'open' then least(rule_kmh, coalesce(stated_kmh, rule_kmh))
        when speed_status = 'narrowed' then least(rule_kmh, coalesce(stated_kmh, rule_kmh)) * {{ parameter('road_narrowed_share') }}
        else null
    end as decimal(9, 3)) as speed_kmh,
    speed_status in ('open', 'narrowed') as is_open,
    landing_ref
from ruled
