-- One row per person x station x period: the line that counts, else the best line that does not, with the reason.
-- Lines not yet hired by period end are nobody yet.
select
    district_code,
    town_id,
    period,
    person_id,
    person_name_mask,
    post_code,
    staff_kind,
    not_counted_reason,
    age_years,
    hired_date,
    is_counted,
    is_full_time,
    is_part_time,
    is_auxiliary,
    is_in_quota,
    landing_ref
from {{ ref('fct_station_roster') }}
where town_id is not null and not_counted_reason <> 'not_hired_yet'
qualify row_number() over (
    partition by district_code, period, town_id, person_id
    order by case when is_counted then 0 else 1 end, not_counted_reason desc, roster_no
) = 1
