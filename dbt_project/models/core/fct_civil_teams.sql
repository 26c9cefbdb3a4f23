-- One row per civil rescue team of the civil-affairs bureau x period in which it stands: registered and by whom supervised, insured
-- and graded on the last day.
with teams as ({{ rows_of_towns('stg_civil__rescue_teams', 'NBS', code=none) }}),

periods as (select * from {{ ref('dim_periods') }}),

-- foundations (53) are no rescue teams
organisations as (
    select
        district_code,
        org_no,
        max(case
            when competent_unit_name is not null and competent_unit_name not like '%民政%' and category_word in ('社会团体', '民办非企业单位') then 1
            else 0
        end) as is_supervised
    from {{ ref('stg_civil__social_organisations') }}
    where status_word = '正常'
    group by district_code, org_no
),

policies as (
    select
        insurances.district_code,
        insurances.team_no,
        periods.period,
        cast(sum(insurances.insured_count) as integer) as insured_count
    from {{ ref('stg_civil__team_insurances') }} as insurances
    inner join periods
        on insurances.district_code = periods.district_code
        and periods.end_date between insurances.from_date and insurances.to_date
    group by insurances.district_code, insurances.team_no, periods.period
),

-- 1 is the best grade of those that hold on the last day
grades as (
    select
        graded.district_code,
        graded.team_no,
        periods.period,
        min(graded.team_grade) as best_grade
    from {{ ref('stg_civil__team_grades') }} as graded
    inner join periods
        on graded.district_code = periods.district_code
        and graded.graded_date <= periods.end_date
        and (graded.valid_to_date is null or graded.valid_to_date >= periods.end_date)
    group by graded.district_code, graded.team_no, periods.period
)

select
    teams.district_code,
    teams.team_no,
    periods.period,
    teams.town_id,
    teams.specialty_word,
    grades.best_grade,
    teams.team_name,
    coalesce(policies.insured_count, 0) as insured_count,
    teams.is_registered and organisations.org_no is not null as is_registered,
    coalesce(organisations.is_supervised = 1, false) as is_supervised,
    policies.team_no is not null as is_insured,
    grades.team_no is not null as is_graded,
    teams.landing_ref
from teams
inner join periods
    on teams.district_code = periods.district_code
    and (teams.founded_date is null or teams.founded_date <= periods.end_date)
left join organisations
    on teams.district_code = organisations.district_code
    and teams.org_no = organisations.org_no
left join policies
    on teams.district_code = policies.district_code
    and teams.team_no = policies.team_no
    and periods.period = policies.period
left join grades
    on teams.district_code = grades.district_code
    and teams.team_no = grades.team_no
    and periods.period = grades.period
