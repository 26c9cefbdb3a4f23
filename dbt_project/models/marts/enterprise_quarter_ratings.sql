-- One row per rated enterprise x period. grade is null when not rated (未评), never D. A suggestion until a person signs it.
with ratings as (select * from {{ ref('enterprise_rating_grades') }}),

firms as (select * from {{ ref('dim_enterprises') }}),

industries as (select * from {{ ref('method_enterprise_industries') }}),

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }})

select
    cast(ratings.district_code as string) as district_code,
    cast(ratings.enterprise_id as string) as enterprise_id,
    cast(ratings.period as string) as period,
    cast(periods.method_version as string) as method_version,
    cast(firms.firm_name as string) as firm_name,
    cast(firms.uscc as string) as uscc,
    cast(firms.industry_code as string) as industry_code,
    cast(industries.industry_zh as string) as industry_zh,
    cast(industries.industry_en as string) as industry_en,
    cast(firms.town_id as string) as town_id,
    cast(towns.town_name_zh as string) as town_name_zh,
    cast(towns.town_name_en as string) as town_name_en,
    cast(firms.is_key as boolean) as is_key,
    cast(firms.staff_count as integer) as staff_count,
    cast(ratings.rating_status as string) as rating_status,
    cast(ratings.grade as string) as grade,
    cast(ratings.veto_codes as string) as veto_codes,
    cast(ratings.bonus_codes as string) as bonus_codes,
    cast(ratings.base_score as decimal(7, 2)) as base_score,
    cast(ratings.bonus_points as decimal(5, 2)) as bonus_points,
    cast(ratings.final_score as decimal(7, 2)) as final_score,
    cast(ratings.coverage_share as decimal(6, 4)) as coverage_share,
    cast(coalesce(ratings.points_lost_top_reason, '') as string) as points_lost_top_reason,
    cast(previous.grade as string) as previous_grade,
    cast(previous.final_score as decimal(7, 2)) as previous_score
from ratings
inner join firms on ratings.enterprise_id = firms.enterprise_id
inner join periods on ratings.period = periods.period
left join industries on firms.industry_code = industries.industry_code
left join towns on firms.town_id = towns.town_id
left join ratings as previous
    on ratings.enterprise_id = previous.enterprise_id
    and periods.previous_period = previous.period
