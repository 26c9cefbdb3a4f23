-- One row per division x span of dates: province, city, district, towns, villages and communities, as each was called and
-- coded in its time. division_id stays the same through renaming and conversion (it is the newest code of the division);
-- is_current marks what exists today. Towns change on the first day of the month on record, villages with the list in force.
with register as (select * from {{ ref('ref_divisions') }}),

codes as (select * from {{ ref('ref_division_codes') }}),

changes as (select * from {{ ref('ref_village_history') }}),

releases as (select * from {{ ref('ref_division_releases') }}),

first_release as (select min(valid_from_date) as valid_from_date from releases),

-- province, city, district and towns: one start per code that the national lists gave them
upper_starts as (
    select
        case
            when successor_kind = 'town' then town_id
            else successor_code || '000000'
        end as division_id,
        case
            when length(division_code) = 6 then division_code || '000000'
            else division_code || '000'
        end as division_code,
        case
            when length(division_code) = 9 then 'town'
            else successor_kind
        end as level_code,
        name_zh,
        valid_from_date,
        valid_to_date,
        is_date_approximate,
        evidence as source,
        status
    from codes
    where scheme_code in ('NBS', 'PRE2013') and successor_kind <> 'outside'
),

dated as (
    select
        changes.division_code,
        changes.change_code,
        changes.old_name_zh,
        changes.new_name_zh,
        changes.status,
        releases.valid_from_date as changed_date,
        row_number() over (partition by changes.division_code order by changes.to_year) as change_number
    from changes
    inner join releases on releases.scheme_code = 'NBS' and changes.to_year = releases.release_year
),

-- villages: there from the first list on unless the history says they came later, then one start per new name
village_starts as (
    select
        register.division_code,
        coalesce(dated.old_name_zh, register.name_zh) as name_zh,
        first_release.valid_from_date,
        register.status
    from register
    cross join first_release
    left join dated on register.division_code = dated.division_code and dated.change_number = 1
    where register.level_code = 'village' and coalesce(dated.change_code, '') <> 'added'
    union all
    select dated.division_code, dated.old_name_zh, first_release.valid_from_date, dated.status
    from dated
    cross join first_release
    left join register on dated.division_code = register.division_code
    where register.division_code is null and dated.change_number = 1 and dated.change_code <> 'added'
    union all
    select division_code, new_name_zh, changed_date, status
    from dated
    where change_code in ('added', 'renamed')
),

gone as (select division_code, changed_date from dated where change_code = 'removed'),

starts as (
    select division_id, division_code, level_code, name_zh, valid_from_date, valid_to_date, is_date_approximate, source, status
    from upper_starts
    union all
    select
        village_starts.division_code,
        village_starts.division_code,
        'village',
        village_starts.name_zh,
        village_starts.valid_from_date,
        coalesce({{ add_days('gone.changed_date', -1) }}, cast('9999-12-31' as date)),
        true,
        'keqiao_village_history.csv, keqiao_divisions.csv (NBS lists of 2019 to 2023)',
        village_starts.status
    from village_starts
    left join gone on village_starts.division_code = gone.division_code
),

spans as (
    select
        starts.*,
        lag(division_code) over (partition by division_id order by valid_from_date) as earlier_code,
        lead(division_code) over (partition by division_id order by valid_from_date) as later_code,
        lead(valid_from_date) over (partition by division_id order by valid_from_date) as later_from_date
    from starts
),

closed as (
    select
        spans.*,
        least(spans.valid_to_date, coalesce({{ add_days('spans.later_from_date', -1) }}, spans.valid_to_date)) as closed_date
    from spans
)

select
    cast('{{ var("district_code") }}' as string) as district_code,
    closed.division_id,
    closed.division_code,
    case
        when closed.level_code = 'village' then coalesce(register.parent_code, substr(closed.division_code, 1, 9) || '000')
        when closed.level_code = 'town' then substr(closed.division_code, 1, 6) || '000000'
        when closed.level_code = 'district' then substr(closed.division_code, 1, 4) || '00000000'
        when closed.level_code = 'city' then substr(closed.division_code, 1, 2) || '0000000000'
        else cast(null as string)
    end as parent_code,
    case
        when closed.level_code = 'town' then closed.division_id
        when closed.level_code = 'village' then coalesce(register.parent_code, substr(closed.division_code, 1, 9) || '000')
        else cast(null as string)
    end as town_id,
    closed.level_code,
    case
        when closed.level_code = 'village' and closed.name_zh like '%村委会' then 'village'
        when closed.level_code = 'village' then 'community'
        when closed.level_code = 'town' and closed.name_zh like '%街道' then 'street'
        when closed.level_code = 'district' and closed.name_zh like '%县' then 'county'
        else closed.level_code
    end as kind_code,
    closed.name_zh,
    register.name_en,
    case
        when closed.earlier_code is null and added.division_code is not null then 'added'
        when closed.earlier_code is null then 'first_record'
        when closed.earlier_code = closed.division_code then 'renamed'
        else 'converted'
    end as begun_code,
    case
        when closed.closed_date = cast('9999-12-31' as date) then 'current'
        when closed.later_code is null then 'gone'
        when closed.later_code = closed.division_code then 'renamed'
        else 'converted'
    end as ended_code,
    closed.source,
    closed.status,
    closed.closed_date = cast('9999-12-31' as date) as is_current,
    closed.is_date_approximate,
    closed.valid_from_date,
    closed.closed_date as valid_to_date,
    -- the register knows a span from its first day, and the end of a span from the day after it
    closed.valid_from_date as known_from_date,
    case
        when closed.closed_date = cast('9999-12-31' as date) then cast(null as date)
        else {{ add_days('closed.closed_date', 1) }}
    end as end_known_from_date
from closed
left join register on closed.division_id = register.division_code
left join (select division_code from dated where change_code = 'added') as added on closed.division_code = added.division_code
