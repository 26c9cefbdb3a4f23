-- One row per grant of the fund to a rescue team: when it was given, and what the first check of what came of it said: more than before, or not.
with grants as (select * from {{ ref('stg_fund__grants') }} where recipient_kind_word = '队伍'),

outcomes as (select * from {{ ref('stg_fund__grant_outcomes') }}),

first_checks as (
    select
        district_code,
        grant_no,
        min(checked_date) as checked_date,
        min_by(after_value > before_value, cast(checked_date as string) || outcome_no) as is_more
    from outcomes
    where checked_date is not null
    group by district_code, grant_no
)

select
    grants.district_code,
    grants.grant_no,
    grants.team_name,
    grants.reason_word,
    coalesce(first_checks.is_more, false) as is_more_able,
    grants.amount_yuan,
    grants.approved_date,
    first_checks.checked_date,
    grants.landing_ref
from grants
left join first_checks
    on grants.district_code = first_checks.district_code
    and grants.grant_no = first_checks.grant_no
