-- One row per account of a town x month of the period in which it was open the whole month; numerator 1 when it was used. A
-- month of which the platform sent no login at all is no evidence of anything.
with accounts as (select * from {{ ref('fct_platform_accounts') }} where town_id is not null),

logins as (select * from {{ ref('fct_platform_logins') }}),

months as ({{ months_of_periods() }}),

logged_months as (
    select months.district_code, months.period, months.from_date, months.to_date
    from months
    where exists (
        select 1
        from logins
        where months.district_code = logins.district_code
            and logins.login_date between months.from_date and months.to_date
    )
),

judged as (
    select
        accounts.district_code,
        accounts.town_id,
        logged_months.period,
        accounts.account_no,
        logged_months.from_date,
        max(case when logins.log_no is not null then 1 else 0 end) as is_used,
        min(logins.logged_in_at) as logged_in_at,
        coalesce(min(logins.landing_ref), accounts.landing_ref) as landing_ref
    from accounts
    inner join logged_months
        on accounts.district_code = logged_months.district_code
        and (accounts.issued_date is null or accounts.issued_date <= logged_months.from_date)
        and (accounts.closed_date is null or accounts.closed_date > logged_months.to_date)
    left join logins
        on accounts.district_code = logins.district_code
        and accounts.account_no = logins.account_no
        and logins.login_date between logged_months.from_date and logged_months.to_date
    group by
        accounts.district_code, accounts.town_id, logged_months.period, accounts.account_no, logged_months.from_date,
        accounts.landing_ref
)

select
{{ evidence('D301', 'town_id', 'account_month', "account_no || ':' || from_date", 'is_used', '1', 'logged_in_at') }}
from judged
