-- One row per person counted on the best day of the period: the day with most valid in-quota enforcement certificates.
-- The veto asks whether a station had two on any day at all, so every day on which something began is tried.
with rosters as (select * from {{ ref('fct_station_roster') }}),

certificates as (select * from {{ ref('fct_certificate_records') }}),

periods as (select * from {{ ref('dim_periods') }}),

-- on this station's list at any time of the period, and counted at no other station
members as (
    select
        district_code,
        town_id,
        period,
        person_id,
        min(hired_date) as hired_date,
        max(coalesce(left_date, cast('9999-12-31' as date))) as left_date
    from rosters
    where is_in_quota and town_id is not null and not_counted_reason in ('', 'left')
    group by district_code, town_id, period, person_id
),

holders as (
    select
        members.district_code,
        members.town_id,
        members.period,
        members.person_id,
        members.hired_date,
        members.left_date,
        periods.start_date,
        periods.end_date,
        certificates.issued_date,
        certificates.valid_until_date,
        certificates.reviewed_date,
        certificates.revoked_date,
        certificates.review_months,
        certificates.warn_days,
        certificates.is_expiry_needed,
        certificates.has_cert_no,
        certificates.is_mismatch,
        certificates.landing_ref
    from members
    inner join periods
        on members.district_code = periods.district_code and members.period = periods.period
    inner join certificates
        on members.district_code = certificates.district_code and members.person_id = certificates.person_id
    where certificates.holder_kind = 'station' and certificates.cert_type_code = 'law'
),

begun as (
    select district_code, town_id, period, start_date as day, start_date, end_date from holders
    union
    select district_code, town_id, period, hired_date, start_date, end_date from holders
    union
    select district_code, town_id, period, issued_date, start_date, end_date from holders
    union
    select district_code, town_id, period, reviewed_date, start_date, end_date from holders
),

dated as (
    select holders.*, begun.day
    from begun
    inner join holders
        on begun.district_code = holders.district_code
        and begun.town_id = holders.town_id
        and begun.period = holders.period
    where begun.day between begun.start_date and begun.end_date
        and (holders.hired_date is null or holders.hired_date <= begun.day)
        and holders.left_date > begun.day
),

valid_people as (
    select district_code, town_id, period, day, person_id, min(landing_ref) as landing_ref
    from dated
    where {{ certificate_status('dated', 'dated.day') }} in ('valid', 'expiring')
    group by district_code, town_id, period, day, person_id
),

best_days as (
    select district_code, town_id, period, day
    from valid_people
    group by district_code, town_id, period, day
    qualify row_number() over (partition by district_code, town_id, period order by count(*) desc, day) = 1
),

best_people as (
    select valid_people.*
    from valid_people
    inner join best_days
        on valid_people.district_code = best_days.district_code
        and valid_people.town_id = best_days.town_id
        and valid_people.period = best_days.period
        and valid_people.day = best_days.day
)

select
{{ evidence('V05', 'town_id', 'person', 'person_id', '1', '1', 'day') }}
from best_people
