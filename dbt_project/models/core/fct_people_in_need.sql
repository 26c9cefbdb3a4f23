-- One row per entry of a list of people in need, of any silo: age by what the list gives, a band kept as a band (dirt list no. 26).
-- age_from and age_to are both ends of what is known on the last assessed day; nobody's birth date is made up from a band.
with civil as (select * from {{ ref('stg_civil__vulnerable_people') }}),

health as (select * from {{ ref('stg_health__vulnerable_people') }}),

governance as (select * from {{ ref('stg_governance__vulnerable_persons') }}),

entries as (
    select
        district_code, 'civil' as silo, 'vulnerable_people' as table_name, person_no, person_hash, name_hash, town_name, village_code,
        birth_date, cast(null as string) as age_band_word, status_word, verified_date, landing_ref
    from civil
    union all
    select
        district_code, 'health', 'vulnerable_people', person_no, person_hash, name_hash, town_name, village_code,
        birth_date, age_band_word, status_word, verified_date, landing_ref
    from health
    union all
    select
        district_code, 'governance', 'vulnerable_persons', person_no, person_hash, name_hash, town_name, cast(null as string),
        birth_date, cast(null as string), cast(null as string), verified_date, landing_ref
    from governance
),

bands as (
    select
        *,
        {{ replace_all('age_band_word', '[岁 　]', '') }} as band_text
    from entries
)

select
    district_code,
    silo,
    table_name,
    person_no,
    person_hash,
    name_hash,
    town_name,
    village_code,
    case
        when birth_date is not null then 'birth_date'
        when regexp_extract(band_text, '^[0-9]+[-—~至][0-9]+$', 0) <> '' then 'band'
        when regexp_extract(band_text, '^[0-9]+(以上|以下|及以上|及以下)$', 0) <> '' then 'band'
        when age_band_word is null then 'unknown'
        else 'unreadable'
    end as age_form,
    age_band_word,
    case
        when birth_date is not null then {{ age_on('birth_date', last_day()) }}
        when band_text like '%以下' then 0
        else try_cast(nullif(regexp_extract(band_text, '^[0-9]+', 0), '') as integer)
    end as age_from,
    case
        when birth_date is not null then {{ age_on('birth_date', last_day()) }}
        when band_text like '%以上' then cast(null as integer)
        when band_text like '%及以下' then try_cast(nullif(regexp_extract(band_text, '^[0-9]+', 0), '') as integer)
        when band_text like '%以下' then try_cast(nullif(regexp_extract(band_text, '^[0-9]+', 0), '') as integer) - 1
        else try_cast(nullif(regexp_extract(band_text, '[0-9]+$', 0), '') as integer)
    end as age_to,
    coalesce(status_word in ('迁出', '死亡', '注销'), false) as is_gone,
    status_word,
    verified_date,
    coalesce(verified_date < {{ add_months(last_day(), -6) }}, false) as is_unverified_half_year,
    landing_ref
from bands
