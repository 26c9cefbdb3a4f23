-- One row per name form x division x span: every form under which a division of that span may be written, earlier and later
-- names of the same division included. Forms are stem x tail of ref_division_name_forms.
--   form_code  official   the name of that span
--              other_date an official name of the same division at another date
--              form       another tail, or with the names of city and province before it
--              typo       a typing error that real lists hold
--              bare       without a tail: read only where a column says that a name of this level stands in it
-- Towns of the former county that went to another district are here with level_code outside.
with divisions as (select * from {{ ref('dim_divisions') }}),

forms as (
    select * from {{ ref('ref_division_name_forms') }}
    where {{ day_or_latest() }} between effective_from and effective_to
),

outside as (select * from {{ ref('ref_division_codes') }} where successor_kind = 'outside'),

names as (
    select distinct division_id, level_code, kind_code, name_zh
    from divisions
),

-- the longest tail of the name's own kind
split as (
    select
        names.division_id,
        names.kind_code,
        names.name_zh,
        max_by(substr(names.name_zh, 1, length(names.name_zh) - length(forms.tail)), length(forms.tail)) as stem
    from names
    inner join forms
        on names.kind_code = forms.kind_code
        and substr(names.name_zh, greatest(length(names.name_zh) - length(forms.tail) + 1, 1)) = forms.tail
        and length(names.name_zh) > length(forms.tail)
    where names.level_code = 'village'
    group by names.division_id, names.kind_code, names.name_zh
),

stems as (
    select division_id, kind_code, stem from split
    union
    -- a stem that ends in 村 is also written without it: 麒麟村居委会 is 麒麟居委会, 沈村村委会 is 沈村委会
    select division_id, kind_code, substr(stem, 1, length(stem) - 1)
    from split
    where stem like '%村' and length(stem) > 1
),

towns as (
    select division_id, name_zh, {{ town_name_key(replace_all('name_zh', '(街道|镇)$', '')) }} as stem
    from names
    where level_code = 'town'
),

higher as (
    select names.division_id, names.level_code, names.name_zh, cities.name_zh as city_name, provinces.name_zh as province_name
    from names
    left join (select name_zh from names where level_code = 'city') as cities on names.level_code = 'district'
    left join (select name_zh from names where level_code = 'province') as provinces on names.level_code in ('district', 'city')
    where names.level_code in ('province', 'city', 'district')
),

keys as (
    select division_id, name_zh as name_key, 1 as form_rank from names where level_code <> 'town'
    union all
    select division_id, {{ town_name_key('name_zh') }}, 1 from names where level_code = 'town'
    union all
    select
        stems.division_id,
        stems.stem || forms.tail,
        case
            when forms.form_code = 'typo' then 4
            else 3
        end
    from stems
    inner join forms on stems.kind_code = forms.kind_code
    union all
    select division_id, stem, 5 from stems where length(stem) > 1
    union all
    select division_id, stem, 5 from towns
    union all
    select division_id, {{ replace_all('name_zh', '(区|县|市|省)$', '') }}, 5 from higher
    union all
    select division_id, city_name || name_zh, 3 from higher where city_name is not null
    union all
    select division_id, province_name || coalesce(city_name, '') || name_zh, 3 from higher where province_name is not null
),

ranked as (
    select division_id, name_key, min(form_rank) as form_rank
    from keys
    group by division_id, name_key
),

placed as (
    select
        divisions.level_code,
        ranked.name_key,
        case
            when ranked.form_rank = 1 and (divisions.name_zh = ranked.name_key or {{ town_name_key('divisions.name_zh') }} = ranked.name_key) then 'official'
            when ranked.form_rank = 1 then 'other_date'
            when ranked.form_rank = 3 then 'form'
            when ranked.form_rank = 4 then 'typo'
            else 'bare'
        end as form_code,
        divisions.division_id,
        divisions.division_code,
        divisions.town_id,
        divisions.valid_from_date,
        divisions.valid_to_date
    from divisions
    inner join ranked on divisions.division_id = ranked.division_id
    where ranked.name_key <> ''
),

foreign_keys as (
    select {{ town_name_key('name_zh') }} as name_key, name_zh, successor_code, valid_from_date from outside
    union
    select {{ town_name_key(replace_all('name_zh', '镇$', '')) }} || '街道', name_zh, successor_code, valid_from_date from outside
    union
    select {{ town_name_key(replace_all('name_zh', '镇$', '')) }}, name_zh, successor_code, valid_from_date from outside
)

select
    level_code,
    name_key,
    form_code,
    division_id,
    division_code,
    town_id,
    valid_from_date,
    valid_to_date
from placed
union all
select
    'outside',
    name_key,
    case
        when name_key = name_zh then 'official'
        else 'form'
    end,
    successor_code || '000000',
    cast(null as string),
    cast(null as string),
    valid_from_date,
    cast('9999-12-31' as date)
from foreign_keys
