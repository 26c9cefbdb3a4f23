-- One row per hazard x stage x round: its clock, with the names people read.
with clocks as (select * from {{ ref('fct_hazard_clocks') }}),

lives as (select * from {{ ref('fct_hazard_lives') }}),

codes as (select * from {{ ref('ref_hazard_codes') }})

select
    clocks.district_code,
    clocks.hazard_id,
    clocks.stage_code,
    clocks.round_number,
    lives.town_id,
    clocks.grade_code,
    clocks.rule_number,
    clocks.clock_kind,
    clocks.extension_status,
    clocks.clock_status,
    stages.name_zh as stage_name_zh,
    stages.name_en as stage_name_en,
    statuses.name_zh as status_name_zh,
    statuses.name_en as status_name_en,
    stages.sort_number as stage_number,
    {{ ratio('clocks.limit_seconds', '3600', 2) }} as limit_hours,
    {{ ratio('clocks.paused_seconds', '3600', 2) }} as paused_hours,
    clocks.is_rework,
    clocks.started_at,
    clocks.due_at,
    clocks.done_at
from clocks
inner join lives on clocks.district_code = lives.district_code and clocks.hazard_id = lives.hazard_id
left join codes as stages on stages.topic = 'stage' and clocks.stage_code = stages.code
left join codes as statuses on statuses.topic = 'clock_status' and clocks.clock_status = statuses.code
