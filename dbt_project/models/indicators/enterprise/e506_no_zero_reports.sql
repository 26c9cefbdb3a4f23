-- E506: one row per firm on the platform; numerator 1 when its own inspections of the period found nothing and inspectors found as many
-- hazards as the parameter says, which then stand as receipts. Nobody's self-inspections came: no rows, not reported.
with reporters as (select * from {{ ref('int_enterprise_reporters') }}),

own as ({{ rows_of_periods('fct_firm_self_inspections', 'inspected_date', unit='enterprise_id') }}),

told as (select distinct period from own),

self_found as (
    select enterprise_id, period, sum(hazard_count) as hazard_count from own group by enterprise_id, period
),

found as ({{ rows_of_periods('fct_hazards', 'found_at', "(facts.source_code = 'inspection' or facts.inspection_no is not null)", unit='enterprise_id') }}),

officially as (select enterprise_id, period, count(*) as hazard_count from found group by enterprise_id, period),

judged as (
    select
        reporters.*,
        coalesce(self_found.hazard_count, 0) = 0
        and coalesce(officially.hazard_count, 0) >= {{ parameter('zero_report_hazards') }} as is_given_away
    from reporters
    inner join told on reporters.period = told.period
    left join self_found on reporters.enterprise_id = self_found.enterprise_id and reporters.period = self_found.period
    left join officially on reporters.enterprise_id = officially.enterprise_id and reporters.period = officially.period
)

select
{{ evidence('E506', 'enterprise_id', 'register', 'enterprise_no', 'case when is_given_away then 1 else 0 end', '1') }}
from judged
union all
select
    found.district_code,
    'E506' as indicator_code,
    found.enterprise_id as unit_id,
    found.period as period,
    'hazard' as entity_type,
    found.hazard_id as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast(0 as decimal(18, 6)) as denominator,
    found.found_at as occurred_at,
    found.landing_ref as landing_ref
from found
inner join judged on found.enterprise_id = judged.enterprise_id and found.period = judged.period
where judged.is_given_away
