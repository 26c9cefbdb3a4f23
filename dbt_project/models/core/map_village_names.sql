-- One row per town (or '' for the whole district) x name form x span in which the form means exactly one village there. Days
-- on which two villages share a form are left out: the form resolves nothing then, and its rows are for review. What a
-- village that is gone was officially called stays its own: no other village's form resolves by it.
with names as (select * from {{ ref('map_division_names') }} where level_code = 'village'),

scoped as (
    select town_id as within_town_id, names.* from names
    union all
    select '', names.* from names
),

-- how long a form is taken
taken as (
    select
        scoped.*,
        case
            when form_code in ('official', 'other_date') then cast('9999-12-31' as date)
            else valid_to_date
        end as taken_to_date,
        min(division_id) over (partition by within_town_id, name_key) <> max(division_id) over (partition by within_town_id, name_key) as is_shared
    from scoped
),

bounds as (
    select within_town_id, name_key, valid_from_date as bound_date from taken where is_shared
    union
    select within_town_id, name_key, {{ add_days('valid_to_date', 1) }} from taken where is_shared and valid_to_date < cast('9999-12-31' as date)
),

pieces as (
    select
        within_town_id,
        name_key,
        bound_date as from_date,
        coalesce(
            {{ add_days('lead(bound_date) over (partition by within_town_id, name_key order by bound_date)', -1) }},
            cast('9999-12-31' as date)
        ) as to_date
    from bounds
),

alone as (
    select pieces.within_town_id, pieces.name_key, pieces.from_date, pieces.to_date
    from pieces
    inner join taken
        on pieces.within_town_id = taken.within_town_id
        and pieces.name_key = taken.name_key
        and pieces.from_date >= taken.valid_from_date
        and pieces.to_date <= taken.taken_to_date
    group by pieces.within_town_id, pieces.name_key, pieces.from_date, pieces.to_date
    having count(distinct taken.division_id) = 1
)

select within_town_id, name_key, form_code, division_id, town_id, valid_from_date, valid_to_date
from taken
where not is_shared
union all
select taken.within_town_id, taken.name_key, taken.form_code, taken.division_id, taken.town_id, alone.from_date, alone.to_date
from taken
inner join alone
    on taken.within_town_id = alone.within_town_id
    and taken.name_key = alone.name_key
    and alone.from_date >= taken.valid_from_date
    and alone.to_date <= taken.valid_to_date
where taken.is_shared
