-- One row per mention of a division that is for review: what was said, why it could not be told or what is odd about it, what it
-- may mean, and what to do. Towns of other districts are here too: whether such a row belongs here is for people to say.
with mentions as (select * from {{ ref('fct_division_mentions') }} where why_code is not null),

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
