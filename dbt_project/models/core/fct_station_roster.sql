-- One row per roster number x period, with whether this line counts on the last day of the period.
-- A person counts once: at the unit with the newest social-insurance month (DOMAIN 3c), on the latest hiring,
-- and, all being equal, under the smaller claim (part-time before auxiliary before in quota).
with rosters as (select * from {{ ref('stg_enforcement__station_rosters') }}),

periods as (select * from {{ ref('dim_periods') }}),

employment as (select * from {{ ref('ref_employment_words') }}),

posts as (select * from {{ ref('ref_post_words') }}),

auxiliaries as (select * from {{ ref('stg_police__auxiliary_staff') }}),

persons as (select * from {{ ref('map_person_records') }}),

placed as (
    select
        rosters.*,
        {{ town_id_of('rosters') }} as town_id,
        {{ town_match_of('rosters') }} as town_match,
        -- a line that names nobody is a person of its own
        coalesce(persons.person_id, {{ person_id_of('rosters.person_hash', 'rosters.name_phone_key') }}) as person_id
    from rosters
    {{ town_joins('rosters', 'LOCAL') }}
    left join persons
        on rosters.district_code = persons.district_code
        and {{ record_id_of('enforcement', 'station_rosters', ['roster_no'], 'rosters') }} = persons.record_id
),

-- an auxiliary of the police on that day never counts as an officer, whatever the station's list says
police_auxiliary_days as (
    select distinct persons.person_id, periods.period
    from auxiliaries
    inner join persons
        on auxiliaries.district_code = persons.district_code
        and {{ record_id_of('police', 'auxiliary_staff', ['staff_no'], 'auxiliaries') }} = persons.record_id
    inner join periods
        on (auxiliaries.hired_date is null or auxiliaries.hired_date <= periods.end_date)
        and (auxiliaries.left_date is null or auxiliaries.left_date > periods.end_date)
),

dated as (
    select
        placed.district_code,
        placed.town_id,
        placed.town_match,
        placed.town_code,
        placed.town_name,
        periods.period,
        placed.roster_no,
        placed.person_id,
        placed.person_name_mask,
        placed.post_word,
        coalesce(posts.post_code, 'other') as post_code,
        placed.employment_word,
        coalesce(employment.staff_kind, 'unknown') as staff_kind,
        coalesce(employment.keep_order, 0) as keep_order,
        coalesce(employment.is_full_time, false) as is_full_time,
        police_auxiliary_days.person_id is not null as is_police_auxiliary,
        coalesce(employment.is_in_quota, false) as is_in_quota_word,
        case
            when {{ replace_all('placed.insured_month', '[^0-9]', '') }} between '190001' and '999912'
                and length({{ replace_all('placed.insured_month', '[^0-9]', '') }}) = 6
                then {{ replace_all('placed.insured_month', '[^0-9]', '') }}
            else cast(null as string)
        end as insured_month,
        {{ age_on('placed.birth_date', 'periods.end_date') }} as age_years,
        case
            when placed.hired_date > periods.end_date then 'not_hired_yet'
            when placed.left_date <= periods.end_date then 'left'
            when placed.town_id is null then 'town_unresolved'
            else ''
        end as absence_code,
        placed.birth_date,
        placed.hired_date,
        placed.left_date,
        placed.landing_ref
    from placed
    inner join periods on placed.district_code = periods.district_code
    left join employment on placed.employment_word = employment.employment_word
    left join posts on placed.post_word = posts.post_word
    left join police_auxiliary_days
        on placed.person_id = police_auxiliary_days.person_id and periods.period = police_auxiliary_days.period
),

chosen as (
    select
        *,
        row_number() over (
            partition by district_code, period, person_id, absence_code = ''
            order by insured_month desc nulls last, hired_date desc nulls last, keep_order, roster_no
        ) as claim_order,
        first_value(town_id) over (
            partition by district_code, period, person_id, absence_code = ''
            order by insured_month desc nulls last, hired_date desc nulls last, keep_order, roster_no
        ) as counted_town_id
    from dated
)

select
    district_code,
    town_id,
    period,
    roster_no,
    person_id,
    person_name_mask,
    town_match,
    town_code,
    town_name,
    post_word,
    post_code,
    employment_word,
    staff_kind,
    insured_month,
    case
        when absence_code <> '' then absence_code
        when claim_order = 1 then ''
        when counted_town_id <> town_id then 'other_unit'
        else 'second_line'
    end as not_counted_reason,
    age_years,
    absence_code = '' and claim_order = 1 as is_counted,
    is_full_time,
    staff_kind = 'part_time' as is_part_time,
    staff_kind = 'auxiliary' or is_police_auxiliary as is_auxiliary,
    is_in_quota_word and not is_police_auxiliary as is_in_quota,
    birth_date,
    hired_date,
    left_date,
    landing_ref
from chosen
