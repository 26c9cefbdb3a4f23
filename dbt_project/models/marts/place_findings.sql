-- One row per finding about places that people must look at: a division or a point that cannot be told or is odd, a fault of the road
-- graph; with what was said, what it may mean, and what to do.
with divisions as (select * from {{ ref('fct_unresolved_divisions') }}),

roads as (select * from {{ ref('fct_road_findings') }}),

said as (
    select
        district_code,
        mention_id as finding_id,
        'division' as finding_kind,
        silo,
        table_name,
        why_code as finding_code,
        case
            when mention_code = 'point' then cast(null as string)
            else nullif(trim(coalesce(village_code, town_code, '') || ' ' || coalesce(town_name, '') || coalesce(village_name, '')), '')
        end as said_text,
        candidate_text,
        reason_zh,
        reason_en,
        advice_zh,
        advice_en,
        landing_ref,
        on_date
    from divisions
    union all
    select
        district_code, finding_id, 'road', 'traffic', 'road_segments', finding_code, coalesce(segment_no || ' ' || road_name, segment_no, node_id),
        other_segment_no, name_zh, name_en, advice_zh, advice_en, landing_ref, cast(null as date)
    from roads
)

select
    cast(district_code as string) as district_code,
    cast(finding_id as string) as finding_id,
    cast(finding_kind as string) as finding_kind,
    cast(silo as string) as silo,
    cast(table_name as string) as table_name,
    cast(finding_code as string) as finding_code,
    cast(said_text as string) as said_text,
    cast(candidate_text as string) as candidate_text,
    cast(reason_zh as string) as reason_zh,
    cast(reason_en as string) as reason_en,
    cast(advice_zh as string) as advice_zh,
    cast(advice_en as string) as advice_en,
    cast(landing_ref as string) as landing_ref,
    cast(on_date as date) as on_date
from said
