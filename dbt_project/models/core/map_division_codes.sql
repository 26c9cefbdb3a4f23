-- One row per scheme x code x span of dates, with the division it means. Digits mean nothing without scheme and date.
-- Six digits: province, city, district; nine: town; twelve: village (the national list only). Longer forms with zeros behind
-- are the same codes: the macro division_code_key. LOCAL is what the district's own lists use: national codes of any date,
-- old ones beside the new street names.
with codes as (select * from {{ ref('ref_division_codes') }}),

divisions as (select * from {{ ref('dim_divisions') }}),

upper as (
    select
        scheme_code,
        division_code,
        case
            when length(division_code) = 9 then 'town'
            else successor_kind
        end as level_code,
        case
            when successor_kind = 'town' then town_id
            else successor_code || '000000'
        end as division_id,
        town_id,
        valid_from_date,
        valid_to_date
    from codes
    -- of the towns that went to another district the digits are not on record
    where successor_kind <> 'outside'
),

spans as (
    select scheme_code, division_code, level_code, division_id, town_id, valid_from_date, valid_to_date
    from upper
    where scheme_code <> 'LOCAL'
    union all
    select 'LOCAL', division_code, level_code, division_id, town_id, min(valid_from_date), cast('9999-12-31' as date)
    from upper
    where scheme_code in ('NBS', 'LOCAL')
    group by division_code, level_code, division_id, town_id
    union all
    select 'NBS', division_code, 'village', division_id, town_id, min(valid_from_date), max(valid_to_date)
    from divisions
    where level_code = 'village'
    group by division_code, division_id, town_id
)

select
    cast(scheme_code as string) as scheme_code,
    division_code,
    level_code,
    division_id,
    town_id,
    valid_from_date,
    valid_to_date
from spans
