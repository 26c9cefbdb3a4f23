-- One row per town x period x article that the norm asks of its store: what is held against the norm (F101), what is near its expiry
-- or past it, and how much of the article lies in stores within 15, 30 and 60 minutes of the town's seat, its own included.
with articles as (select * from {{ ref('ref_supply_units') }}),

classes as (select * from {{ ref('ref_supply_classes') }}),

lines as (select * from {{ ref('fct_supply_lines') }}),

deliveries as (select * from {{ ref('fct_silo_deliveries') }} where silo = 'emergency' and table_name = 'stock_items'),

-- usual roads: what a flood shuts is told by the scenarios of the circle
times as (select * from {{ ref('fct_supply_times') }} where scenario_code = 'usual'),

worked_out as (select distinct district_code, period from times),

asked as ({{ stock_norms_of_towns() }}),

held as (
    select
        asked.district_code,
        asked.town_id,
        asked.period,
        asked.article_code,
        count(*) as line_count,
        sum(case when lines.base_usable_quantity is null then 1 else 0 end) as unread_line_count,
        sum(case when lines.expires_date is null or lines.expires_date >= asked.end_date then lines.base_usable_quantity else 0 end)
            as held_quantity,
        sum(case when lines.expires_date < asked.end_date then lines.base_quantity else 0 end) as expired_quantity,
        sum(case
            when lines.expires_date between asked.end_date and {{ add_days('asked.end_date', parameter('supply_expiry_days')) }}
                then lines.base_usable_quantity
            else 0
        end) as expiring_quantity
    from asked
    inner join lines
        on asked.district_code = lines.district_code
        and asked.town_id = lines.town_id
        and asked.article_code = lines.article_code
        and lines.is_own
    group by asked.district_code, asked.town_id, asked.period, asked.article_code
),

-- the town's own store is there whatever the roads say
reached as (
    select
        asked.district_code,
        asked.town_id,
        asked.period,
        asked.article_code,
        lines.base_usable_quantity,
        case when lines.is_own and lines.town_id = asked.town_id then 0 else times.seconds end as seconds
    from asked
    inner join lines
        on asked.district_code = lines.district_code
        and asked.article_code = lines.article_code
        and (lines.expires_date is null or lines.expires_date >= asked.end_date)
    left join times
        on asked.district_code = times.district_code
        and asked.period = times.period
        and asked.town_id = times.town_id
        and lines.store_id = times.store_id
),

near as (
    select
        district_code,
        town_id,
        period,
        article_code,
        sum(case when seconds <= 60 * {{ parameter('supply_minutes_near') }} then base_usable_quantity else 0 end) as near_quantity,
        sum(case when seconds <= 60 * {{ parameter('supply_minutes_middle') }} then base_usable_quantity else 0 end) as middle_quantity,
        sum(case when seconds <= 60 * {{ parameter('supply_minutes_far') }} then base_usable_quantity else 0 end) as far_quantity
    from reached
    group by district_code, town_id, period, article_code
),

judged as (
    select
        asked.*,
        coalesce(deliveries.delivery_status, 'not_delivered') <> 'delivered' as is_untold,
        worked_out.period is not null as has_times,
        coalesce(held.line_count, 0) as line_count,
        coalesce(held.unread_line_count, 0) as unread_line_count,
        coalesce(held.held_quantity, 0) as held_quantity,
        coalesce(held.expired_quantity, 0) as expired_quantity,
        coalesce(held.expiring_quantity, 0) as expiring_quantity,
        coalesce(near.near_quantity, 0) as near_quantity,
        coalesce(near.middle_quantity, 0) as middle_quantity,
        coalesce(near.far_quantity, 0) as far_quantity
    from asked
    left join deliveries on asked.district_code = deliveries.district_code and asked.period = deliveries.period
    left join worked_out on asked.district_code = worked_out.district_code and asked.period = worked_out.period
    left join held
        on asked.district_code = held.district_code
        and asked.town_id = held.town_id
        and asked.period = held.period
        and asked.article_code = held.article_code
    left join near
        on asked.district_code = near.district_code
        and asked.town_id = near.town_id
        and asked.period = near.period
        and asked.article_code = near.article_code
)

select
    cast(judged.district_code as string) as district_code,
    cast(judged.town_id as string) as town_id,
    cast(judged.period as string) as period,
    cast(judged.article_code as string) as article_code,
    cast(substr(judged.article_code, 1, 1) as string) as class_code,
    cast(judged.town_name_zh as string) as town_name_zh,
    cast(judged.town_name_en as string) as town_name_en,
    cast(judged.cohort_code as string) as cohort_code,
    cast(judged.cohort_name_zh as string) as cohort_name_zh,
    cast(judged.cohort_name_en as string) as cohort_name_en,
    cast(judged.norm_cohort_code as string) as norm_cohort_code,
    cast(coalesce(articles.article_zh, judged.article_code) as string) as article_name_zh,
    cast(coalesce(articles.article_en, judged.article_code) as string) as article_name_en,
    cast(classes.class_name_zh as string) as class_name_zh,
    cast(classes.class_name_en as string) as class_name_en,
    cast(articles.base_unit_word as string) as base_unit_word,
    cast(case
        when judged.is_untold then 'not_reported'
        when judged.held_quantity >= judged.norm_quantity then 'met'
        when judged.line_count > 0 and judged.unread_line_count = judged.line_count then 'unreadable'
        when judged.held_quantity > 0 then 'short'
        else 'none'
    end as string) as cover_status,
    cast(case
        when judged.is_untold then 'not_reported'
        when not judged.has_times then 'not_worked_out'
        when judged.near_quantity >= judged.norm_quantity then 'near'
        when judged.middle_quantity >= judged.norm_quantity then 'middle'
        when judged.far_quantity >= judged.norm_quantity then 'far'
        else 'beyond'
    end as string) as reach_status,
    cast(judged.line_count as bigint) as line_count,
    cast(judged.unread_line_count as bigint) as unread_line_count,
    cast(judged.norm_quantity as decimal(18, 3)) as norm_quantity,
    cast(case when judged.is_untold then null else judged.held_quantity end as decimal(18, 3)) as held_quantity,
    cast(case when judged.is_untold then null else judged.expired_quantity end as decimal(18, 3)) as expired_quantity,
    cast(case when judged.is_untold then null else judged.expiring_quantity end as decimal(18, 3)) as expiring_quantity,
    cast(case when judged.is_untold or not judged.has_times then null else judged.near_quantity end as decimal(18, 3)) as near_quantity,
    cast(case when judged.is_untold or not judged.has_times then null else judged.middle_quantity end as decimal(18, 3)) as middle_quantity,
    cast(case when judged.is_untold or not judged.has_times then null else judged.far_quantity end as decimal(18, 3)) as far_quantity
from judged
left join articles on judged.article_code = articles.supply_code
left join classes on substr(judged.article_code, 1, 1) = classes.class_code
