-- One row per scheme x code x span of dates, with the town it means. Nine digits mean nothing without scheme and date.
-- LOCAL is what the district's own lists use: national codes of any date, old ones beside the new street names.
with codes as (select * from {{ ref('ref_division_codes') }}),

towns as (select * from codes where successor_kind = 'town' and town_id is not null),

spans as (
    select scheme_code, division_code, town_id, valid_from_date, valid_to_date
    from towns
    where scheme_code <> 'LOCAL'
    union all
    select 'LOCAL', division_code, town_id, min(valid_from_date), cast('9999-12-31' as date)
    from towns
    where scheme_code in ('NBS', 'LOCAL')
    group by division_code, town_id
)

select
    cast(scheme_code as string) as scheme_code,
    division_code,
    town_id,
    valid_from_date,
    valid_to_date
from spans
