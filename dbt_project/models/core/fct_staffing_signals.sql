-- One row per signal x landed row: head-counts and rosters of stations that do not agree with each other (dirt list no. 21).
-- The counts themselves, by source and precedence, are in fct_station_head_counts.
with insured as (select * from {{ ref('stg_enforcement__station_rosters') }}),

personnel as (select * from {{ ref('stg_emergency__staff') }}),

rosters as (select * from {{ ref('stg_towns__station_staff') }}),

counts as (select * from {{ ref('fct_station_head_counts') }}),

periods as (select * from {{ ref('dim_periods') }}),

employment as (select * from {{ ref('ref_employment_words') }}),

-- one person of one station on two lines, once part-time and once full-time: the larger claim is marked
claims as (
    select
        insured.district_code,
        insured.roster_no,
        insured.landing_ref,
        employment.is_full_time,
        min(employment.keep_order) over (
            partition by insured.district_code, insured.town_name, coalesce(insured.person_hash, insured.name_phone_key)
        ) as smallest_claim,
        employment.keep_order
    from insured
    inner join employment on insured.employment_word = employment.employment_word
    where insured.left_date is null
),

counted_twice as (
    select {{ signal('part_time_as_full_time', "'enforcement'", "'station_rosters'", 'roster_no', "'the same person stands on this list as part-time too'") }}
    from claims
    where is_full_time and keep_order > smallest_claim and smallest_claim = 1
),

-- a town that reports more full-time staff, and more people in all, than any list of people has
known as (
    select district_code, town_id, month_code, max(full_time_count) as full_time_count, max(people_count) as people_count
    from counts
    where source_code <> 'self_report'
    group by district_code, town_id, month_code
),

over_reported as (
    select {{ signal('part_time_as_full_time', "'towns'", "'staff_counts'", "concat(counts.town_id, '|', counts.month_code)", "concat('reported full-time ', cast(counts.full_time_count as string), ', on any list at most ', cast(known.full_time_count as string))", 'counts.end_date', 'counts') }}
    from counts
    inner join known
        on counts.district_code = known.district_code and counts.town_id = known.town_id and counts.month_code = known.month_code
    where counts.source_code = 'self_report'
        and counts.full_time_count > known.full_time_count
        and counts.people_count > known.people_count
),

-- still listed, and nobody pays the insurance any more: no month of the last assessed quarter
uninsured as (
    select {{ signal('left_still_listed', "'enforcement'", "'station_rosters'", 'insured.roster_no', "concat('social insurance paid last in ', " ~ replace_all('insured.insured_month', '[^0-9]', '') ~ ")", rows='insured') }}
    from insured
    inner join periods on insured.district_code = periods.district_code and periods.is_latest
    where (insured.left_date is null or insured.left_date > periods.end_date)
        and {{ replace_all('insured.insured_month', '[^0-9]', '') }} < {{ replace_all('substr(cast(periods.start_date as string), 1, 7)', '[^0-9]', '') }}
),

-- the personnel file, the social insurance or the town's own word says that somebody left who has no day of leaving here
leavers as (
    select district_code, person_hash, min(left_date) as left_date
    from (
        select district_code, person_hash, left_date from personnel
        union all
        select district_code, person_hash, left_date from insured
    ) as told
    where person_hash is not null and left_date is not null
    group by district_code, person_hash
),

left_roster as (
    select {{ signal('left_still_listed', "'towns'", "'station_staff'", "concat(rosters.period, '|', rosters.staff_no)", "case when leavers.left_date is not null then concat('left on ', cast(leavers.left_date as string), ' by another list') else 'a reason for leaving and no day' end", 'leavers.left_date', 'rosters') }}
    from rosters
    inner join periods on rosters.district_code = periods.district_code and rosters.period = periods.period
    left join leavers
        on rosters.district_code = leavers.district_code
        and rosters.person_hash = leavers.person_hash
        and leavers.left_date <= periods.end_date
    where rosters.left_date is null and (leavers.left_date is not null or rosters.leave_reason_text is not null)
)

select * from counted_twice
union all
select * from over_reported
union all
select * from uninsured
union all
select * from left_roster
