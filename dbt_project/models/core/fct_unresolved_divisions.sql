-- One row per mention of a division (by columns, address or point) that is for review: what was said, why it could not be told or what is odd about it, what it
-- may mean, and what to do. Towns of other districts are here too: whether such a row belongs here is for people to say.
with texts as (select * from {{ ref('fct_division_mentions') }} where why_code is not null),

points as (select * from {{ ref('fct_point_divisions') }} where why_code is not null),

towns as (select * from {{ ref('dim_towns') }}),

mentions as (
    select
        district_code, mention_id, mention_code, silo, table_name, scheme_code, town_code, town_name, village_code, village_name,
        level_code, verdict, town_id, why_code, candidate_text, candidate_count, on_date, landing_ref
    from texts
    union all
    select
        points.district_code, points.mention_id, 'point', points.silo, points.table_name,
        cast(null as string), cast(null as string), cast(null as string), cast(null as string), cast(null as string),
        'point', points.verdict, points.town_id, points.why_code,
        case
            when points.verdict = 'review' then nearest.town_id || ' ' || nearest.town_name_zh || '|' || second.town_id || ' ' || second.town_name_zh
            else cast(null as string)
        end,
        case
            when points.verdict = 'review' then 2
            else 0
        end,
        points.on_date, points.landing_ref
    from points
    left join towns as nearest on points.nearest_town_id = nearest.town_id
    left join towns as second on points.second_town_id = second.town_id
),

reasons as (select * from {{ ref('ref_division_reasons') }})

select
    mentions.district_code,
    mentions.mention_id,
    mentions.mention_code,
    mentions.silo,
    mentions.table_name,
    mentions.scheme_code,
    mentions.town_code,
    mentions.town_name,
    mentions.village_code,
    mentions.village_name,
    mentions.level_code,
    mentions.verdict,
    mentions.town_id,
    mentions.why_code,
    reasons.reason_zh,
    reasons.reason_en,
    reasons.advice_zh,
    reasons.advice_en,
    mentions.candidate_text,
    mentions.candidate_count,
    mentions.on_date,
    mentions.landing_ref
from mentions
inner join reasons on mentions.why_code = reasons.why_code
