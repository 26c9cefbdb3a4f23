-- One row per member counted at the station at period end; numerator 1 when all pay that fell due in the period is paid and
-- an accident insurance holds on the last day. The pay of a month falls due with the end of the next.
with staff as (select * from {{ ref('int_station_staff') }} where is_counted),

periods as (select * from {{ ref('dim_periods') }}),

pay as (
    select
        items.district_code,
        items.person_id,
        periods.period,
        min(case
            when items.paid_yuan >= items.due_yuan and (items.paid_date is null or items.paid_date <= periods.end_date) then 1
            else 0
        end) as is_paid,
        min(items.landing_ref) as landing_ref
    from {{ ref('fct_staff_pay_items') }} as items
    inner join periods
        on items.district_code = periods.district_code
        and {{ add_days(add_months('items.pay_month_date', '1 + ' ~ parameter('pay_due_months')), -1) }} between periods.start_date and periods.end_date
    group by items.district_code, items.person_id, periods.period
),

insured as (
    select
        policies.district_code,
        policies.person_id,
        periods.period,
        min(policies.landing_ref) as landing_ref
    from {{ ref('fct_staff_insurances') }} as policies
    inner join periods
        on policies.district_code = periods.district_code
        and policies.valid_from_date <= periods.end_date
        and policies.valid_to_date >= periods.end_date
    where policies.is_accident
    group by policies.district_code, policies.person_id, periods.period
),

-- a quarter of which no pay came at all is no evidence of anything
paid_periods as (select distinct district_code, period from pay),

judged as (
    select
        staff.district_code,
        staff.town_id,
        staff.period,
        staff.person_id,
        max(case when pay.is_paid = 1 and insured.person_id is not null then 1 else 0 end) as is_kept,
        coalesce(min(insured.landing_ref), min(pay.landing_ref), min(staff.landing_ref)) as landing_ref
    from staff
    inner join paid_periods
        on staff.district_code = paid_periods.district_code
        and staff.period = paid_periods.period
    left join pay
        on staff.district_code = pay.district_code
        and staff.person_id = pay.person_id
        and staff.period = pay.period
    left join insured
        on staff.district_code = insured.district_code
        and staff.person_id = insured.person_id
        and staff.period = insured.period
    group by staff.district_code, staff.town_id, staff.period, staff.person_id
)

select
{{ evidence('B402', 'town_id', 'person', 'person_id', 'is_kept', '1') }}
from judged
