-- One row per recommendation of the congress x period by whose end its report was out: who must act, by when, and how it stood then.
with items as (select * from {{ ref('fct_recommendations') }}),

periods as (select * from {{ ref('dim_periods') }}),

topics as (
    select
        topic_word,
        {{ join_text('feature_no', ',', 'feature_no') }} as feature_nos
    from {{ ref('method_recommendation_topics') }}
    where method_version = '{{ var("method_version") }}'
        and cast('{{ var("periods")[-1]["end"] }}' as date) between effective_from and effective_to
    group by topic_word
),

standing as (
    select
        items.*,
        periods.period,
        periods.end_date,
        -- done on a day nobody wrote down is done, of a day unknown; done after the period was open in it
        case
            when items.done_date <= periods.end_date and items.done_date <= items.due_date then 'done_in_time'
            when items.done_date <= periods.end_date then 'done_late'
            when items.done_date is null and items.status_code = 'done' then 'done_undated'
            when items.due_date < periods.end_date then 'overdue'
            when items.done_date is null and items.status_code = 'not_started' then 'not_started'
            else 'open'
        end as item_status
    from items
    inner join periods
        on items.district_code = periods.district_code
        and (items.issued_date is null or items.issued_date <= periods.end_date)
)

select
    cast(standing.district_code as string) as district_code,
    cast(standing.period as string) as period,
    cast(standing.recommendation_no as string) as recommendation_no,
    cast(standing.report_no as string) as report_no,
    cast(standing.report_title as string) as report_title,
    cast(standing.topic_word as string) as topic_word,
    cast(topics.feature_nos as string) as feature_nos,
    cast(standing.recommendation_text as string) as recommendation_text,
    cast(standing.responsible_org_name as string) as responsible_org_name,
    cast(standing.supporting_org_names as string) as supporting_org_names,
    cast(standing.item_status as string) as item_status,
    cast(case when standing.item_status like 'done%' then standing.assessment_word else null end as string) as assessment_word,
    cast(standing.landing_ref as string) as landing_ref,
    cast(case
        when standing.item_status = 'overdue' then {{ days_between('standing.due_date', 'standing.end_date') }}
        when standing.item_status = 'done_late' then {{ days_between('standing.due_date', 'standing.done_date') }}
        else 0
    end as bigint) as overdue_days,
    standing.issued_date,
    standing.due_date,
    case when standing.done_date <= standing.end_date then standing.done_date else null end as done_date
from standing
left join topics on standing.topic_word = topics.topic_word
