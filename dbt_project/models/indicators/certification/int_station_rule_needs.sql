-- One row per station x due rule on heads, ages or certificates x period: how many are required, and whether it applies at all.
-- Units come from the register of towns, never from who reported.
{{ config(materialized='table') }}
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

-- the rules on heads, ages and certificates; the others count their evidence rows (int_certification_bindings)
rules as (
    select *
    from {{ ref('method_cert_rules') }}
    where is_due and scope = 'station' and calc_kind in ('headcount', 'certificate', 'age')
),

requirements as (select * from {{ ref('fct_station_requirements') }}),

staff as (
    select
        town_id,
        period,
        cast(count(*) as integer) as listed_count,
        cast(count(*) filter (where is_counted) as integer) as staff_count,
        cast(count(*) filter (where is_counted and post_code = 'rescue') as integer) as squad_count,
        cast(count(*) filter (where is_counted and is_auxiliary) as integer) as auxiliary_count,
        cast(count(*) filter (where is_counted and age_years is not null) as integer) as aged_count
    from {{ ref('int_station_staff') }}
    group by town_id, period
),

qualified as (
    select unit_id as town_id, period, cast(count(*) as integer) as qualified_count
    from {{ ref('st_07_qualification_usable') }}
    group by unit_id, period
),

-- no certificate of anybody came: then silence is not a gap of the stations
certificates as (
    select count(*) as certificate_count from {{ ref('fct_certificates') }} where holder_kind = 'station'
),

spine as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        rules.*,
        coalesce(staff.listed_count, 0) as listed_count,
        coalesce(staff.staff_count, 0) as staff_count,
        coalesce(staff.squad_count, 0) as squad_count,
        coalesce(staff.auxiliary_count, 0) as auxiliary_count,
        coalesce(staff.aged_count, 0) as aged_count,
        coalesce(qualified.qualified_count, 0) as qualified_count,
        requirements.law_cert_recommended,
        requirements.ft_required,
        requirements.pt_required,
        certificates.certificate_count
    from towns
    inner join periods on towns.district_code = periods.district_code
    inner join rules on {{ last_day() }} between rules.effective_from and rules.effective_to
    cross join certificates
    left join staff on towns.town_id = staff.town_id and periods.period = staff.period
    left join qualified on towns.town_id = qualified.town_id and periods.period = qualified.period
    left join requirements on towns.town_id = requirements.town_id and periods.period = requirements.period
)

select
    district_code,
    town_id,
    period,
    rule_id,
    cast(case rule_id
        when 'ST-01' then required_min
        when 'ST-02' then required_min
        when 'ST-03' then law_cert_recommended
        when 'ST-04' then ft_required
        when 'ST-05' then pt_required
        when 'ST-06' then auxiliary_count
        when 'ST-07' then qualified_count
        when 'ST-12' then greatest(required_min, cast(ceil(required_share * squad_count) as integer))
        when 'ST-13' then cast(ceil(required_share * staff_count) as integer)
        when 'ST-18' then cast(ceil(required_share * aged_count) as integer)
        else null
    end as integer) as required_count,
    case
        when listed_count = 0 then 'not_reported'
        when calc_kind = 'certificate' and certificate_count = 0 then 'not_reported'
        when rule_id = 'ST-06' and auxiliary_count = 0 then 'not_applicable'
        when rule_id = 'ST-07' and qualified_count = 0 then 'not_applicable'
        when rule_id = 'ST-12' and squad_count = 0 then 'not_applicable'
        when rule_id = 'ST-18' and aged_count = 0 then 'not_reported'
        else 'judged'
    end as need_status
from spine
