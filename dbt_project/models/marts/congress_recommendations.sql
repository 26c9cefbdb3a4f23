-- One row per recommendation of the survey x period, always: its measured progress against the target (100) and the quarter before, and
-- how the items stand that the congress wrote out of it: who must act, what is open, what is overdue.
with features as (select * from {{ ref('ref_features') }}),

periods as (select * from {{ ref('dim_periods') }}),

measures as (select * from {{ ref('recommendation_measures') }}),

items as (select * from {{ ref('recommendation_items') }}),

topics as (
    select *
    from {{ ref('method_recommendation_topics') }}
    where method_version = '{{ var("method_version") }}'
),

-- what is equal among towns is no recommendation of the survey, but the congress asks for it
asked as (
    select *
    from features
    where seed_part = 3 or feature_no in (select feature_no from topics)
),

progress as (
    select
        district_code,
        period,
        feature_no,
        count(*) as indicator_count,
        count(progress_score) as measured_count,
        count(progress_change) as compared_count,
        sum(case when progress_score >= 100 then 1 else 0 end) as at_target_count,
        cast(round(avg(progress_score), 2) as decimal(7, 2)) as progress_score,
        -- like with like: only what was measured in both quarters
        cast(round(avg(case when progress_change is not null then previous_progress_score else null end), 2) as decimal(7, 2))
            as previous_progress_score,
        cast(round(avg(progress_change), 2) as decimal(7, 2)) as progress_change
    from measures
    group by district_code, period, feature_no
),

told as (
    select items.*, topics.feature_no
    from items
    inner join topics on items.topic_word = topics.topic_word
    inner join periods
        on items.district_code = periods.district_code
        and items.period = periods.period
        and {{ last_day() }} between topics.effective_from and topics.effective_to
),

standing as (
    select
        district_code,
        period,
        feature_no,
        count(*) as item_count,
        sum(case when item_status in ('done_in_time', 'done_late', 'done_undated') then 1 else 0 end) as done_count,
        sum(case when item_status in ('open', 'not_started') then 1 else 0 end) as open_count,
        sum(case when item_status = 'overdue' then 1 else 0 end) as overdue_count,
        max(case when item_status = 'overdue' then overdue_days else null end) as longest_overdue_days,
        min(case when item_status in ('open', 'not_started') then due_date else null end) as next_due_date
    from told
    group by district_code, period, feature_no
),

bodies as (
    select
        district_code,
        period,
        feature_no,
        {{ join_text('responsible_org_name', '、', 'responsible_org_name') }} as responsible_org_names
    from (
        select distinct district_code, period, feature_no, responsible_org_name
        from told
        where item_status in ('open', 'not_started', 'overdue')
    ) as waiting
    group by district_code, period, feature_no
)

select
    cast(periods.district_code as string) as district_code,
    cast(periods.period as string) as period,
    cast(asked.feature_no as string) as feature_no,
    cast(asked.name_zh as string) as name_zh,
    cast(asked.name_en as string) as name_en,
    cast(case
        when progress.indicator_count is null then 'no_indicator'
        when progress.measured_count = 0 then 'not_measured'
        when progress.at_target_count = progress.indicator_count then 'at_target'
        else 'measured'
    end as string) as measure_status,
    cast(case
        when progress.progress_change is null then 'unknown'
        when progress.progress_change > 0 then 'ahead'
        when progress.progress_change < 0 then 'back'
        else 'same'
    end as string) as trend_code,
    cast(bodies.responsible_org_names as string) as responsible_org_names,
    cast(coalesce(progress.indicator_count, 0) as bigint) as indicator_count,
    cast(coalesce(progress.measured_count, 0) as bigint) as measured_count,
    cast(coalesce(progress.compared_count, 0) as bigint) as compared_count,
    cast(coalesce(progress.at_target_count, 0) as bigint) as at_target_count,
    cast(coalesce(standing.item_count, 0) as bigint) as item_count,
    cast(coalesce(standing.done_count, 0) as bigint) as done_count,
    cast(coalesce(standing.open_count, 0) as bigint) as open_count,
    cast(coalesce(standing.overdue_count, 0) as bigint) as overdue_count,
    cast(standing.longest_overdue_days as bigint) as longest_overdue_days,
    progress.progress_score,
    progress.previous_progress_score,
    progress.progress_change,
    standing.next_due_date
from asked
cross join periods
left join progress
    on periods.district_code = progress.district_code
    and periods.period = progress.period
    and asked.feature_no = progress.feature_no
left join standing
    on periods.district_code = standing.district_code
    and periods.period = standing.period
    and asked.feature_no = standing.feature_no
left join bodies
    on periods.district_code = bodies.district_code
    and periods.period = bodies.period
    and asked.feature_no = bodies.feature_no
