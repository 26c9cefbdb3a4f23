-- One row per landed row x way it says where it belongs (its columns, its address): the division as of the day of the fact, what
-- it is today, or why that is for review. Rows that say nothing are not here.
with named as (
    select
        district_code, landing_ref, silo, table_name, scheme_code, town_code, town_name, village_code, village_name, address,
        -- a register speaks of the end of the newest period
        coalesce(on_date, {{ day_or_latest() }}) as on_date
    from {{ ref('fct_division_texts') }}
),

texts as (
    select landing_ref as ask_id, address as text, on_date
    from named
    where coalesce(address, '') <> ''
),

{{ division_parts() }},

asked as (
    select
        landing_ref as ask_id,
        'columns' as mention_code,
        district_code, landing_ref, silo, table_name, scheme_code, town_code, town_name, village_code, village_name,
        cast(null as string) as district_name,
        false as is_ambiguous,
        on_date
    from named
    where coalesce(town_code, '') <> '' or coalesce(town_name, '') <> '' or coalesce(village_code, '') <> '' or coalesce(village_name, '') <> ''
    union all
    select
        named.landing_ref || '@address',
        'address',
        named.district_code, named.landing_ref, named.silo, named.table_name, named.scheme_code,
        cast(null as string), parts.town_name, cast(null as string), parts.village_name, parts.district_name, parts.is_ambiguous, named.on_date
    from parts
    inner join named on parts.ask_id = named.landing_ref
),

{{ division_answers() }}

select
    district_code,
    ask_id as mention_id,
    mention_code,
    silo,
    table_name,
    scheme_code,
    town_code,
    town_name,
    village_code,
    village_name,
    district_name,
    level_code,
    verdict,
    certain_town_id as town_id,
    town_match,
    village_id,
    village_match,
    division_code_then,
    name_then,
    today_id as division_code_today,
    today_name_zh as name_today,
    today_verdict,
    why_code,
    candidate_text,
    candidate_count,
    on_date,
    landing_ref
from answered
