-- One row per account of a town x month of the period in which it was open the whole month; numerator 1 when it was used. A
-- month of which the platform sent no login at all is no evidence of anything.
with logins as (select * from {{ ref('fct_platform_logins') }}),

all_months as ({{ months_of_periods() }}),

months as (
    select *
    from all_months
    where exists (
        select 1
        from logins
        where all_months.district_code = logins.district_code
            and logins.login_date between all_months.from_date and all_months.to_date
    )
),

judged as (
    {{ met_by_month(
        'fct_platform_accounts',
        '(things.issued_date is null or things.issued_date <= months.from_date) and (things.closed_date is null or things.closed_date > months.to_date)',
        'account_no', 'fct_platform_logins', 'login_date', 'logged_in_at'
    ) }}
)

select
{{ evidence('D301', 'town_id', 'account_month', "account_no || ':' || from_date", 'is_met', '1', 'occurred_at') }}
from judged
