-- One row per civil rescue team of the civil-affairs bureau x period in which it stands: registered, insured and
-- graded on the last day.
with teams as ({{ rows_of_towns('stg_civil__rescue_teams', 'NBS', code=none) }}),

periods as (select * from {{ ref('dim_periods') }}),

organisations as (select * from {{ ref('stg_civil__social_organisations') }} where status_word = '正常'),

policies as (select * from {{ ref('stg_civil__team_insurances') }}),

grades as (select * from {{ ref('stg_civil__team_grades') }})

select
    teams.district_code,
    teams.team_no,
    periods.period,
    teams.town_id,
    teams.is_registered and exists (
        select 1
        from organisations
        where teams.district_code = organisations.district_code and teams.org_no = organisations.org_no
    ) as is_registered,
    exists(
        select 1
        from policies
        where teams.district_code = policies.district_code
            and teams.team_no = policies.team_no
            and periods.end_date between policies.from_date and policies.to_date
    ) as is_insured,
    exists(
        select 1
        from grades
        where teams.district_code = grades.district_code
            and teams.team_no = grades.team_no
            and grades.graded_date <= periods.end_date
            and (grades.valid_to_date is null or grades.valid_to_date >= periods.end_date)
    ) as is_graded,
    teams.landing_ref
from teams
inner join periods
    on teams.district_code = periods.district_code
    and (teams.founded_date is null or teams.founded_date <= periods.end_date)
