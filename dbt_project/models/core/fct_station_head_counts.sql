-- One row per station x month x source of its head-count (dirt list no. 21): social insurance before the personnel file before the
-- roster before what the town reports itself. The payroll stands beside them; the difference from the source that wins is shown.
with insured as (select * from {{ ref('stg_enforcement__station_rosters') }}),

personnel as (select * from {{ ref('stg_emergency__staff') }}),

stations as (select * from {{ ref('stg_emergency__stations') }}),

rosters as (select * from {{ ref('stg_towns__station_staff') }} where unit_word = '应急管理站'),

pay as (select * from {{ ref('stg_towns__pay_items') }}),

reports as (select * from {{ ref('stg_towns__staff_counts') }} where unit_word = '应急管理站'),

employment as (select * from {{ ref('ref_employment_words') }}),

months as (
    select distinct
        district_code,
        report_month as month_code,
        last_day(cast(concat(substr(report_month, 1, 4), '-', substr(report_month, 5, 2), '-01') as date)) as end_date
    from reports
    where regexp_extract(report_month, '^20[0-9]{2}(0[1-9]|1[0-2])$', 0) <> ''
),

people as (
    select
        insured.district_code, 'social_insurance' as source_code, insured.town_name, coalesce(insured.person_hash, insured.name_phone_key) as person_key,
        insured.employment_word, insured.hired_date, insured.left_date, {{ replace_all('insured.insured_month', '[^0-9]', '') }} as last_month, cast(null as string) as period, insured.landing_ref
    from insured
    union all
    select
        personnel.district_code, 'personnel', stations.town_name, coalesce(personnel.person_hash, personnel.name_phone_key),
        personnel.employment_word, personnel.hired_date, personnel.left_date, cast(null as string), cast(null as string), personnel.landing_ref
    from personnel
    inner join stations on personnel.district_code = stations.district_code and personnel.station_no = stations.station_no
    union all
    select
        district_code, 'roster', town_name, coalesce(person_hash, name_phone_key, staff_no),
        employment_word, hired_date, left_date, cast(null as string), period, landing_ref
    from rosters
    union all
    select
        pay.district_code, 'payroll', pay.town_name, pay.staff_no,
        rosters.employment_word, cast(null as date), cast(null as date), cast(null as string), pay.period, min(pay.landing_ref)
    from pay
    left join rosters
        on pay.district_code = rosters.district_code and pay.period = rosters.period and pay.staff_no = rosters.staff_no
    group by pay.district_code, pay.town_name, pay.staff_no, rosters.employment_word, pay.period
),

-- who is there on the last day of the month; a person under two employments counts once, under the smaller claim
present as (
    select
        people.district_code,
        people.source_code,
        {{ town_id_of('people') }} as town_id,
        months.month_code,
        months.end_date,
        people.person_key,
        max_by(employment.is_full_time, -coalesce(employment.keep_order, 99)) as is_full_time,
        min(people.landing_ref) as landing_ref
    from people
    inner join months
        on people.district_code = months.district_code
        and (people.period is null or people.period = {{ quarter_of('months.end_date') }})
        and (people.hired_date is null or people.hired_date <= months.end_date)
        and (people.left_date is null or people.left_date > months.end_date)
        and (people.source_code <> 'social_insurance' or people.last_month >= months.month_code)
    left join employment on people.employment_word = employment.employment_word
    {{ town_joins('people', 'NBS', code=none) }}
    group by people.district_code, people.source_code, {{ town_id_of('people') }}, months.month_code, months.end_date, people.person_key
),

counted as (
    select
        district_code,
        town_id,
        month_code,
        end_date,
        source_code,
        cast(count(*) filter (where is_full_time) as integer) as full_time_count,
        cast(count(*) filter (where not is_full_time) as integer) as part_time_count,
        cast(count(*) as integer) as people_count,
        min(landing_ref) as landing_ref
    from present
    where town_id is not null
    group by district_code, town_id, month_code, end_date, source_code
    union all
    select
        reports.district_code,
        {{ town_id_of('reports') }},
        months.month_code,
        months.end_date,
        'self_report',
        cast(reports.full_time_count as integer),
        cast(reports.part_time_count as integer),
        cast(reports.full_time_count + reports.part_time_count as integer),
        reports.landing_ref
    from reports
    inner join months on reports.district_code = months.district_code and reports.report_month = months.month_code
    {{ town_joins('reports', 'NBS', code=none) }}
    where {{ town_id_of('reports') }} is not null
),

ranked as (
    select
        *,
        case source_code
            when 'social_insurance' then 1
            when 'personnel' then 2
            when 'roster' then 3
            when 'self_report' then 4
            -- says who was paid, in the quarter; it has no place in the order of precedence
            else 9
        end as source_order
    from counted
)

select
    district_code,
    town_id,
    month_code,
    source_code,
    source_order,
    full_time_count,
    part_time_count,
    people_count,
    source_order = min(source_order) over (partition by district_code, town_id, month_code) as is_winner,
    full_time_count - first_value(full_time_count) over (partition by district_code, town_id, month_code order by source_order) as full_time_difference,
    people_count - first_value(people_count) over (partition by district_code, town_id, month_code order by source_order) as people_difference,
    end_date,
    landing_ref
from ranked
